import Tickers

/// One order and what became of it.
struct OrderRun: Sendable {
    let order: Order
    let summary: WorkflowSummary

    /// The first step that runs `function`.
    func ticker<Input, Output>(_ function: TickerFunction<Input, Output>) -> Ticker? {
        summary.tickers.first { $0.function == function.name }
    }

    func succeeded<Input, Output>(_ function: TickerFunction<Input, Output>) -> Bool {
        ticker(function)?.status == .succeeded
    }

    func failed<Input, Output>(_ function: TickerFunction<Input, Output>) -> Bool {
        ticker(function)?.status == .failed
    }

    /// Whether a step was given up because the program ended each time it ran.
    var hasCrashed: Bool { summary.tickers.contains { $0.failure?.kind == .crashed } }

    /// Attempts of all steps.
    var attempts: Int { summary.tickers.reduce(0) { $0 + $1.attempts } }
}

/// How an order ended.
enum Outcome: String, CaseIterable, Sendable {
    case fulfilled = "fulfilled"
    case withoutMail = "fulfilled, no confirmation mail"
    case withoutInvoice = "fulfilled, no invoice"
    case withoutBoth = "fulfilled, neither mail nor invoice"
    case notSent = "paid, not sent"
    case undone = "payment failed, undone, apologised"
    case undoneSilently = "payment failed, undone, no apology"
    case notUndone = "payment failed, not undone"
    case outOfStock = "out of stock"
    case invalid = "invalid"
    case unfinished = "not finished"

    var style: Screen.Style {
        switch self {
        case .fulfilled: .good
        case .withoutMail, .withoutInvoice, .withoutBoth: .busy
        case .notSent, .undone, .undoneSilently, .notUndone, .outOfStock, .invalid, .unfinished: .bad
        }
    }
}

extension OrderRun {
    /// Told by how the steps ended.
    var outcome: Outcome {
        if summary.endedAt == nil { return .unfinished }
        if failed(Orders.validate) { return .invalid }
        if failed(Orders.reserve) { return .outOfStock }
        if failed(Orders.charge) {
            guard succeeded(Orders.voidCharge), succeeded(Orders.releaseStock) else { return .notUndone }
            return succeeded(Orders.apologise) ? .undone : .undoneSilently
        }
        guard succeeded(Orders.bookInventory), succeeded(Orders.notifyWarehouse) else { return .notSent }
        switch (succeeded(Orders.confirm), succeeded(Orders.invoice)) {
        case (true, true): return .fulfilled
        case (false, true): return .withoutMail
        case (true, false): return .withoutInvoice
        case (false, false): return .withoutBoth
        }
    }
}
