import Tickers

struct Payment: Codable {
    var order: String
    var card: String
}

/// What the customer is told, with what only the handler knew.
struct Notice: Codable {
    var order: String
    var error: String
}

/// A payment whose handler asks for its own recovery: if this fails for good, tell the customer.
enum Payments {
    static let process = TickerFunction<Payment, Void>(
        "ProcessPayment",
        options: TickerOptions(
            retry: .fixed(maxAttempts: 3, every: .milliseconds(20)).retrying { !($0 is CardDeclined) }
        )
    )
    static let notify = TickerFunction<Notice, Void>("NotifyPaymentFailure")
    static let release = TickerFunction<String, Void>("ReleaseOrder")

    /// A minute in a shop.
    static let delay = Duration.milliseconds(100)

    static func functions(of bank: Bank) -> FunctionRegistry {
        var functions = FunctionRegistry()
        // snippet: recovery-handler
        functions.register(process) { payment, context in
            do {
                try await bank.charge(payment)
            } catch {
                // Withdrawn if there is another attempt; runs if this was the last one.
                let notice = Notice(order: payment.order, error: "\(error)")
                try await context.schedule(notify, notice, when: .onFailure, due: .after(delay))
                throw error
            }
            try await context.schedule(release, payment.order)
        }
        // end snippet
        functions.register(notify) { notice, _ in
            await bank.write("told the customer of \(notice.order): \(notice.error)")
        }
        functions.register(release) { order, _ in await bank.write("released \(order)") }
        return functions
    }
}

/// Final: another attempt with this card is pointless.
struct CardDeclined: Error, CustomStringConvertible {
    var description: String { "the card was declined" }
}

/// Another attempt may help.
struct BankDown: Error, CustomStringConvertible {
    var description: String { "the bank does not answer" }
}

/// The bank, and the book in which everything is written down.
actor Bank {
    private(set) var book: [String] = []
    private var outages: Int

    /// - Parameter outages: How many calls get no answer.
    init(outages: Int = 0) {
        self.outages = outages
    }

    func charge(_ payment: Payment) throws {
        if outages > 0 {
            outages -= 1
            throw BankDown()
        }
        if payment.card == "declined" { throw CardDeclined() }
        write("charged the card for \(payment.order)")
    }

    func write(_ line: String) { book.append(line) }
}
