import Tickers

/// Makes up orders: the same ones for the same seed.
struct OrderGenerator {
    private var random: SeededGenerator
    private static let skus = Catalogue.names.keys.sorted()
    private static let prices = [
        "TEA-ASSAM": 1_290, "TEA-SENCHA": 1_850, "TEA-EARL": 990, "TEA-ROOIBOS": 780, "POT-GLASS": 3_490,
        "POT-IRON": 6_900, "CUP-WHITE": 650, "CUP-BLUE": 1_150, "SIEVE": 540, "TIN-SMALL": 420, "TIN-LARGE": 890,
        "HONEY": 760,
    ]
    private static let firstNames = [
        "Ada", "Bruno", "Chiara", "Dariusz", "Elif", "Frida", "Goran", "Hanna", "Ivo", "Jun", "Karin", "Louis", "Mira",
        "Nils", "Olga", "Pavel", "Rosa", "Selma", "Tomas", "Yuki",
    ]
    private static let lastNames = [
        "Abbott", "Bauer", "Costa", "Dubois", "Ekström", "Fischer", "Garcia", "Horvat", "Ivanova", "Jansen", "Keller",
        "Lindqvist", "Moreau", "Novak", "Okafor", "Petrov", "Rossi", "Sato", "Takeda", "Weber",
    ]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// Orders as a JSON text, one property per line.
    mutating func text(count: Int) -> String {
        let orders = (0..<count).map { text(of: order(number: $0 + 1)) }
        return orders.isEmpty ? "[]\n" : "[\n\(orders.joined(separator: ",\n"))\n]\n"
    }

    private mutating func order(number: Int) -> Order {
        let first = pick(Self.firstNames)
        let last = pick(Self.lastNames)
        let digits = String(number)
        var order = Order(
            id: "ord-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits,
            customer: "\(first) \(last)",
            email: "\(first).\(last)@example.com".lowercased().replacing("ö", with: "o"),
            items: items(),
            card: Order.Card(number: "4242 4242 4242 4242", expires: "2031-\(pick(["02", "05", "08", "11"]))")
        )
        spoil(&order)
        return order
    }

    private mutating func items() -> [Order.Item] {
        let skus = Self.skus.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random))
        return skus.map { sku in
            Order.Item(sku: sku, quantity: Int.random(in: 1...5, using: &random), price: Self.prices[sku] ?? 1_000)
        }
    }

    /// Lets something go wrong for about three orders in ten. 9 is more often than anybody tries again.
    private mutating func spoil(_ order: inout Order) {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<5: order.card.number = pick(["4000 0000 0000 0002", "4000 0000 0000 9995", "4000 0000 0000 0069"])
        case 5..<11: order.conditions = Conditions(gatewayDown: Int.random(in: 1...3, using: &random))
        case 11: order.conditions = Conditions(gatewayDown: 9)
        case 12..<15: order.conditions = Conditions(gatewayHangs: 1)
        case 15..<17: order.conditions = Conditions(gatewayHangs: 9)
        case 17..<20: order.conditions = Conditions(invoiceFails: 9)
        case 20..<22: order.conditions = Conditions(invoiceFails: 1)
        case 22..<25: order.conditions = Conditions(mailBounces: 9)
        case 25..<27: order.conditions = Conditions(mailBounces: 1)
        case 27: order.conditions = Conditions(invoiceFails: 9, mailBounces: 9)
        case 28: order.items[0].quantity = 0
        case 29: order.email = order.email.replacing("@", with: " at ")
        case _: break
        }
    }

    private mutating func pick(_ choices: [String]) -> String {
        choices[Int.random(in: choices.indices, using: &random)]
    }

    private func text(of order: Order) -> String {
        let items = order.items.map {
            "      { \"sku\": \"\($0.sku)\", \"quantity\": \($0.quantity), \"price\": \($0.price) }"
        }
        var lines = [
            "    \"id\": \"\(order.id)\"",
            "    \"customer\": \"\(order.customer)\"",
            "    \"email\": \"\(order.email)\"",
            "    \"items\": [\n\(items.joined(separator: ",\n"))\n    ]",
            "    \"card\": { \"number\": \"\(order.card.number)\", \"expires\": \"\(order.card.expires)\" }",
        ]
        let conditions: [(String, Int?)] = [
            ("gatewayDown", order.conditions?.gatewayDown), ("gatewayHangs", order.conditions?.gatewayHangs),
            ("invoiceFails", order.conditions?.invoiceFails), ("mailBounces", order.conditions?.mailBounces),
        ]
        let given = conditions.compactMap { name, count in count.map { "\"\(name)\": \($0)" } }
        if !given.isEmpty { lines.append("    \"conditions\": { \(given.joined(separator: ", ")) }") }
        return "  {\n\(lines.joined(separator: ",\n"))\n  }"
    }
}
