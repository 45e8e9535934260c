import Tickers

/// The course's order once more, with a mail server that is down: as a chain of handlers, and as a plan.
enum Steps {
    static let process = TickerFunction<String, String>("ProcessOrder")
    static let confirm = TickerFunction<String, String>(
        "SendOrderConfirmation",
        options: TickerOptions(retry: .fixed(maxAttempts: 3, every: .milliseconds(20)))
    )
    static let invoice = TickerFunction<String, String>("GenerateInvoice")
    static let sync = TickerFunction<String, String>("SyncInventory")

    // snippet: broken-chain-plan
    /// All four steps, known before the first one runs.
    static func plan(_ order: String) -> Workflow {
        Workflow.begin(with: process, order)
            .child(confirm, order) { confirmation in
                confirmation
                    .child(invoice, order)
                    .child(sync, order)
            }
            .build()
    }
    // end snippet

    /// Handlers that only do their own work, for the plan.
    static func planned(_ shop: Shop) -> FunctionRegistry {
        var functions = FunctionRegistry()
        functions.register(process) { order, _ in await shop.charge(order) }
        functions.register(confirm) { order, _ in try await shop.mail(order) }
        registerLast(in: &functions, shop)
        return functions
    }

    /// Handlers that schedule what comes next, after their own work.
    static func chained(_ shop: Shop) -> FunctionRegistry {
        var functions = FunctionRegistry()
        functions.register(process) { order, context in
            let receipt = await shop.charge(order)
            try await context.schedule(confirm, order)
            return receipt
        }
        // snippet: broken-chain-handler
        functions.register(confirm) { order, context in
            let letter = try await shop.mail(order)
            // Not reached while the mail server is down.
            try await context.schedule(invoice, order)
            try await context.schedule(sync, order)
            return letter
        }
        // end snippet
        registerLast(in: &functions, shop)
        return functions
    }

    private static func registerLast(in functions: inout FunctionRegistry, _ shop: Shop) {
        functions.register(invoice) { order, _ in await shop.makeInvoice(of: order) }
        functions.register(sync) { order, _ in await shop.takeOffShelf(order) }
    }
}

struct MailServerDown: Error, CustomStringConvertible {
    var description: String { "the mail server is down" }
}

/// What the steps work with, and how often they did what.
actor Shop {
    private(set) var deeds: [String: Int] = [:]
    private var isMailServerUp = false

    func repairMailServer() { isMailServerUp = true }

    func charge(_ order: String) -> String { did("charged", order) }
    func makeInvoice(of order: String) -> String { did("invoiced", order) }
    func takeOffShelf(_ order: String) -> String { did("taken off the shelf", order) }

    func mail(_ order: String) throws -> String {
        guard isMailServerUp else { throw MailServerDown() }
        return did("mailed", order)
    }

    private func did(_ deed: String, _ order: String) -> String {
        deeds[deed, default: 0] += 1
        return "\(order) \(deed)"
    }
}
