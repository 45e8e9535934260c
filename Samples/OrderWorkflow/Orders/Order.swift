/// One order, as it stands in the file.
struct Order: Codable, Sendable {
    struct Item: Codable, Sendable {
        var sku: String
        var quantity: Int
        /// Cents, of one piece.
        var price: Int
    }

    struct Card: Codable, Sendable {
        var number: String
        var expires: String
    }

    var id: String
    var customer: String
    var email: String
    var items: [Item]
    var card: Card
    /// What goes wrong on the way; nothing when left out.
    var conditions: Conditions?
}

/// What the simulated services do to an order. A number is how many calls it befalls: `"gatewayDown": 2` fails twice
/// and works the third time.
struct Conditions: Codable, Sendable {
    var gatewayDown: Int?
    var gatewayHangs: Int?
    var invoiceFails: Int?
    var mailBounces: Int?
}

/// An order whose goods are set aside.
struct Reservation: Codable, Sendable {
    let order: Order
    /// Cents.
    let total: Int
}

/// An order that has been paid.
struct Receipt: Codable, Sendable {
    let order: Order
    let transaction: String
    /// Cents.
    let total: Int
}

/// A rendered invoice.
struct Invoice: Codable, Sendable {
    let bytes: Int
    let seal: String
}

/// Why an order cannot be taken.
struct InvalidOrder: Error, CustomStringConvertible {
    let description: String
}

extension Order {
    /// Cents; meaningful once ``check()`` has passed.
    var total: Int { items.reduce(0) { $0 + $1.quantity * $1.price } }

    /// Throws the first reason for which the order cannot be taken.
    func check() throws {
        if items.isEmpty { throw InvalidOrder(description: "the order is empty") }
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains(".") else {
            throw InvalidOrder(description: "\"\(email)\" is no e-mail address")
        }
        for item in items {
            guard Catalogue.names[item.sku] != nil else {
                throw InvalidOrder(description: "nothing is called \(item.sku)")
            }
            guard (1...Catalogue.mostPerOrder).contains(item.quantity) else {
                throw InvalidOrder(description: "\(item.quantity) × \(item.sku) is not 1 to \(Catalogue.mostPerOrder)")
            }
            guard (1...Catalogue.highestPrice).contains(item.price) else {
                throw InvalidOrder(description: "\(item.sku) for \(item.price) cents")
            }
        }
    }
}

/// What the shop sells.
enum Catalogue {
    static let mostPerOrder = 100
    /// Cents.
    static let highestPrice = 1_000_000
    static let names = [
        "TEA-ASSAM": "Assam, second flush, 250 g",
        "TEA-SENCHA": "Sencha, first harvest, 100 g",
        "TEA-EARL": "Earl Grey with bergamot, 250 g",
        "TEA-ROOIBOS": "Rooibos, pure, 500 g",
        "POT-GLASS": "Teapot of glass, 1.2 l",
        "POT-IRON": "Teapot of cast iron, 0.8 l",
        "CUP-WHITE": "Cup, white porcelain",
        "CUP-BLUE": "Cup, cobalt glaze",
        "SIEVE": "Sieve, stainless steel",
        "TIN-SMALL": "Tin for 100 g",
        "TIN-LARGE": "Tin for 500 g",
        "HONEY": "Lime blossom honey, 500 g",
    ]
}

/// Whole numbers decoded by hand, so that 2.5 is reported with its place like every other mistake.
extension Order.Item {
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        sku = try container.decode(String.self, forKey: .sku)
        quantity = try container.whole(.quantity)
        price = try container.whole(.price)
    }
}

extension Conditions {
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        gatewayDown = try container.wholeIfPresent(.gatewayDown)
        gatewayHangs = try container.wholeIfPresent(.gatewayHangs)
        invoiceFails = try container.wholeIfPresent(.invoiceFails)
        mailBounces = try container.wholeIfPresent(.mailBounces)
    }
}

extension KeyedDecodingContainer {
    /// A whole number; Foundation tells neither the key nor the place of a number that is none.
    fileprivate func whole(_ key: Key) throws -> Int {
        do {
            return try decode(Int.self, forKey: key)
        } catch let error as DecodingError {
            throw error
        } catch {
            let context = DecodingError.Context(codingPath: codingPath + [key], debugDescription: "\(error)")
            throw DecodingError.typeMismatch(Int.self, context)
        }
    }

    fileprivate func wholeIfPresent(_ key: Key) throws -> Int? {
        guard contains(key), try !decodeNil(forKey: key) else { return nil }
        return try whole(key)
    }
}
