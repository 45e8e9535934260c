import Tickers

/// The customer's mail server did not take it.
struct MailBounced: Error, CustomStringConvertible {
    let address: String
    var description: String { "\(address) bounced" }
}

/// Sends letters, of which each order gets each once.
actor Mailer {
    enum Letter: String, Sendable {
        case confirmation, apology
    }

    private let latency: Latency
    private var calls: [String: Int] = [:]
    private(set) var sent: [Letter: Set<String>] = [:]

    init(latency: Latency) {
        self.latency = latency
    }

    func send(_ letter: Letter, to order: Order, on clock: any TickerClock) async throws {
        try await latency.pass(.milliseconds(20), for: order, on: clock)
        calls[order.id, default: 0] += 1
        guard calls[order.id, default: 0] > order.conditions?.mailBounces ?? 0 else {
            throw MailBounced(address: order.email)
        }
        sent[letter, default: []].insert(order.id)
    }
}
