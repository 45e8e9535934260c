import Tickers

struct Purchase: Codable {
    var customer: String
    var email: String
    var items: [String]
    var cents: Int
}

struct Letter: Codable {
    var to: String
    var text: String
}

struct Sale: Codable {
    var customer: String
    var cents: Int
}

/// One order, three things to do once it is processed, and one when all three are over.
///
/// They have unrelated types: what ties them together is only who follows whom.
enum Shop {
    static let process = TickerFunction<Purchase, String>("ProcessOrder")
    static let confirm = TickerFunction<Letter, String>("SendConfirmationEmail")
    static let restock = TickerFunction<[String], String>("UpdateInventory")
    static let track = TickerFunction<Sale, String>("TrackOrderEvent")
    static let close = TickerFunction<Void, String>("CloseOrder")

    /// What the letter asks for beyond the usual: five attempts, two minutes each, in the queue of the mail server.
    static let mail = TickerOptions(
        queue: "email",
        retry: .fixed(maxAttempts: 5, every: .seconds(1)),
        timeout: .seconds(120)
    )

    static func functions(isWarehouseOpen: Bool) -> FunctionRegistry {
        var functions = FunctionRegistry()
        functions.register(process) { purchase, _ in "processed the order of \(purchase.customer)" }
        functions.register(confirm) { letter, context in
            try await context.clock.sleep(for: .milliseconds(200))
            return "mailed \(letter.to): \(letter.text)"
        }
        functions.register(restock) { items, context in
            try await context.clock.sleep(for: .milliseconds(200))
            guard isWarehouseOpen else { throw WarehouseClosed() }
            return "took \(items.joined(separator: ", ")) off the shelf"
        }
        functions.register(track) { sale, context in
            try await context.clock.sleep(for: .milliseconds(200))
            return "counted \(sale.cents) cents of \(sale.customer)"
        }
        functions.register(close) { context in
            let parents = try await context.parents()
            let counts = parents.counts
            guard counts.failed > 0 else { return "closed the order, all \(counts.succeeded) things done" }
            let why = parents.failures.values.joined(separator: ", ")
            return "closed the order, \(counts.succeeded) things done, \(counts.failed) not: \(why)"
        }
        return functions
    }
}

struct WarehouseClosed: Error, CustomStringConvertible {
    var description: String { "the warehouse is closed" }
}
