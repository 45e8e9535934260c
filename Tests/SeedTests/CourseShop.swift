import Tickers

/// The course's order workflow, in which each handler schedules what comes next.
enum Shop {
    struct Order: Codable {
        var id = "order-1"
        /// How many attempts of a function fail.
        var failures: [String: Int] = [:]
    }

    static let process = TickerFunction<Order, String>("ProcessOrder")
    static let confirm = TickerFunction<Order, String>(
        "SendOrderConfirmation",
        options: TickerOptions(retry: .fixed(maxAttempts: 3, every: .seconds(60)))
    )
    static let invoice = TickerFunction<Order, String>("GenerateInvoice")
    static let sync = TickerFunction<Order, String>("SyncInventory")

    /// Each step schedules the next ones when its own work is done.
    static func registerChain(in functions: inout FunctionRegistry, _ journal: Journal) {
        functions.register(process) { order, context in
            let result = try await work(order, context, journal)
            try await context.schedule(confirm, order, options: TickerOptions(priority: .high))
            return result
        }
        functions.register(confirm) { order, context in
            let result = try await work(order, context, journal)
            try await context.schedule(invoice, order)
            try await context.schedule(sync, order)
            return result
        }
        registerLeaves(in: &functions, journal)
    }

    /// The same, but the confirmation is nice to have: what follows it does so however it ends.
    static func registerForgivingChain(in functions: inout FunctionRegistry, _ journal: Journal) {
        functions.register(process) { order, context in
            let result = try await work(order, context, journal)
            try await context.schedule(confirm, order)
            return result
        }
        functions.register(confirm) { order, context in
            try await context.schedule(invoice, order, when: .onCompletion)
            try await context.schedule(sync, order, when: .onCompletion)
            return try await work(order, context, journal)
        }
        registerLeaves(in: &functions, journal)
    }

    /// Steps that only work, for a workflow whose shape is known beforehand.
    static func registerSteps(in functions: inout FunctionRegistry, _ journal: Journal) {
        for function in [process, confirm] {
            functions.register(function) { order, context in try await work(order, context, journal) }
        }
        registerLeaves(in: &functions, journal)
    }

    /// The course's workflow with its shape known beforehand; the confirmation is nice to have if that is said.
    static func plan(_ order: Order, confirmationIsOptional: Bool = false) -> Workflow {
        let condition: RunCondition = confirmationIsOptional ? .onCompletion : .onSuccess
        return Workflow.begin(with: process, order)
            .child(confirm, order) { confirmation in
                confirmation
                    .child(invoice, order, when: condition)
                    .child(sync, order, when: condition)
            }
            .build(name: "order")
    }

    private static func registerLeaves(in functions: inout FunctionRegistry, _ journal: Journal) {
        for function in [invoice, sync] {
            functions.register(function) { order, context in try await work(order, context, journal) }
        }
    }

    /// Takes a second, and fails as often as the order says.
    private static func work(_ order: Order, _ context: TickerContext, _ journal: Journal) async throws -> String {
        journal.note(context.function, context)
        try await context.clock.sleep(for: .seconds(1))
        if context.attempt <= order.failures[context.function, default: 0] {
            throw Broken("\(context.function) of \(order.id) failed")
        }
        return order.id
    }
}
