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

    private struct Outbox: Recorded {
        var calls: [String: Int] = [:]
        var sent: [Letter: Set<String>] = [:]

        mutating func happened(_ entry: Books.Entry) {
            switch entry.act {
            case .mailTried: calls[entry.subject, default: 0] += 1
            case .confirmed: sent[.confirmation, default: []].insert(entry.subject)
            case .apologised: sent[.apology, default: []].insert(entry.subject)
            case .opened, .chargeTried, .charged, .voided: break
            case .reserved, .released, .booked, .parcelSent, .caseOpened: break
            }
        }
    }

    private let latency: Latency
    private var account: Account<Outbox>

    init(latency: Latency, books: Books) {
        self.latency = latency
        account = Account(books)
    }

    /// How many orders got a letter.
    func sent(_ letter: Letter) -> Int { account.state.sent[letter]?.count ?? 0 }

    func send(_ letter: Letter, to order: Order, on clock: any TickerClock) async throws {
        try await latency.pass(.milliseconds(20), for: order, on: clock)
        guard account.state.sent[letter]?.contains(order.id) != true else { return }
        try account.enter(Books.Entry(act: .mailTried, subject: order.id))
        guard account.state.calls[order.id, default: 0] > order.conditions?.mailBounces ?? 0 else {
            throw MailBounced(address: order.email)
        }
        switch letter {
        case .confirmation: try account.enter(Books.Entry(act: .confirmed, subject: order.id))
        case .apology: try account.enter(Books.Entry(act: .apologised, subject: order.id))
        }
    }
}
