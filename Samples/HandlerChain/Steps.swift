import Tickers

struct Order: Codable {
    var id: String
    var email: String
    var items: [String]
}

/// The course's order: each handler does its work and schedules what comes next.
enum Steps {
    static let process = TickerFunction<Order, Void>("ProcessOrder")
    static let confirm = TickerFunction<Order, Void>("SendOrderConfirmation")
    static let invoice = TickerFunction<Order, Void>("GenerateInvoice")
    static let sync = TickerFunction<Order, Void>("SyncInventory")

    static func functions() -> FunctionRegistry {
        var functions = FunctionRegistry()
        // snippet: handler-chain
        functions.register(process) { order, context in
            try await work(context, "\(order.id) is paid")
            // Waits until this handler has returned; if it throws, the confirmation is never sent.
            try await context.schedule(confirm, order, options: TickerOptions(priority: .high))
        }
        functions.register(confirm) { order, context in
            try await work(context, "wrote to \(order.email)")
            try await context.schedule(invoice, order)
            try await context.schedule(sync, order)  // beside the invoice
        }
        // end snippet
        functions.register(invoice) { order, context in
            try await work(context, "made \(order.id).pdf")
        }
        functions.register(sync) { order, context in
            try await work(context, "took \(order.items.joined(separator: " and ")) off the shelf")
        }
        return functions
    }

    /// What stands for the real work; says what was done, for all who look at the ticker.
    private static func work(_ context: TickerContext, _ deed: String) async throws {
        try await context.clock.sleep(for: .milliseconds(30))
        try await context.report(progress: 1, deed)
    }
}
