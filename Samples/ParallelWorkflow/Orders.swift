import Tickers

/// Three things that need not wait for the order to be processed: they run beside it.
enum Orders {
    static let process = TickerFunction<String, Void>(
        "ProcessOrder",
        options: TickerOptions(retry: .fixed(maxAttempts: 2, every: .milliseconds(20)))
    )
    static let notify = TickerFunction<String, Void>("SendNotification")
    static let update = TickerFunction<String, Void>("UpdateInventory")
    static let log = TickerFunction<String, Void>("LogActivity")

    /// The handler adds the three while it runs.
    static func added(by shop: Shop) -> FunctionRegistry {
        var functions = FunctionRegistry()
        // snippet: parallel-handler
        functions.register(process) { order, context in
            // They start at once, so a repeated attempt would add them again.
            if context.attempt == 1 {
                for function in [notify, update, log] {
                    try await context.schedule(function, order, when: .inProgress)
                }
            }
            try await shop.process(order, context)
        }
        // end snippet
        registerRest(in: &functions, shop)
        return functions
    }

    /// The three are known beforehand.
    static func plan(_ order: String) -> Workflow {
        // snippet: parallel-plan
        Workflow.begin(with: Orders.process, order)
            .inProgress(Orders.notify, order)
            .inProgress(Orders.update, order)
            .inProgress(Orders.log, order)
            .build(name: order)
        // end snippet
    }

    /// Handlers for the plan.
    static func planned(_ shop: Shop) -> FunctionRegistry {
        var functions = FunctionRegistry()
        functions.register(process) { order, context in try await shop.process(order, context) }
        registerRest(in: &functions, shop)
        return functions
    }

    private static func registerRest(in functions: inout FunctionRegistry, _ shop: Shop) {
        for function in [notify, update, log] {
            functions.register(function) { order, context in
                try await context.clock.sleep(for: .milliseconds(20))
                await shop.did(context.function, order)
            }
        }
    }
}

struct PrinterJam: Error, CustomStringConvertible {
    var description: String { "the printer is jammed" }
}

/// Counts what was done.
actor Shop {
    private(set) var deeds: [String: Int] = [:]
    private let failures: Int

    /// - Parameter failures: How many attempts to process an order fail.
    init(failures: Int) {
        self.failures = failures
    }

    /// Takes much longer than what runs beside it.
    func process(_ order: String, _ context: TickerContext) async throws {
        try await context.clock.sleep(for: .milliseconds(300))
        did(context.function, order)
        if context.attempt <= failures { throw PrinterJam() }
    }

    func did(_ deed: String, _ order: String) { deeds["\(deed) of \(order)", default: 0] += 1 }
}
