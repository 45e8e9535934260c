import Tickers

/// The course's order, in which the confirmation is nice to have: what follows it does so however it ends.
enum Steps {
    static let process = TickerFunction<String, Void>("ProcessOrder")
    static let confirm = TickerFunction<String, Void>(
        "SendOrderConfirmation",
        options: TickerOptions(retry: .fixed(maxAttempts: 2, every: .milliseconds(20)))
    )
    static let invoice = TickerFunction<String, Void>("GenerateInvoice")
    static let sync = TickerFunction<String, Void>("SyncInventory")

    static func workflow(for order: String) -> Workflow {
        // snippet: forgiving-chain
        Workflow.begin(with: Steps.process, order)
            .then(Steps.confirm, order)
            .onCompletion(Steps.invoice, order)  // after the mail, sent or not
            .onCompletion(Steps.sync, order)  // beside the invoice
            .build(name: order)
        // end snippet
    }

    /// - Parameter broken: The function that fails.
    static func functions(broken: String) -> FunctionRegistry {
        var functions = FunctionRegistry()
        for step in [process, confirm, invoice, sync] {
            functions.register(step) { order, context in
                try await context.clock.sleep(for: .milliseconds(20))
                if context.function == broken { throw StepFailed(order: order) }
            }
        }
        return functions
    }
}

struct StepFailed: Error, CustomStringConvertible {
    let order: String
    var description: String { "something is wrong with \(order)" }
}
