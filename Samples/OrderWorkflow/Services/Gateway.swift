import Tickers

/// The bank said no: asking again is pointless.
struct CardDeclined: Error {
    let reason: String
}

/// The gateway did not answer properly: asking again may help.
struct GatewayDown: Error, CustomStringConvertible {
    var description: String { "503, the gateway is down" }
}

/// A payment gateway. An order's id is the key that makes a repeated charge one charge.
actor Gateway {
    private struct Charges: Recorded {
        var calls: [String: Int] = [:]
        var captured: [String: Int] = [:]

        mutating func happened(_ entry: Books.Entry) {
            switch entry.act {
            case .chargeTried: calls[entry.subject, default: 0] += 1
            case .charged: captured[entry.subject] = entry.number
            case .voided: captured[entry.subject] = nil
            case .opened, .reserved, .released, .booked, .parcelSent: break
            case .mailTried, .confirmed, .apologised, .caseOpened: break
            }
        }
    }

    private let latency: Latency
    private var account: Account<Charges>

    init(latency: Latency, books: Books) {
        self.latency = latency
        account = Account(books)
    }

    /// Cents taken from cards and not given back.
    var balance: Int { account.state.captured.values.reduce(0, +) }

    /// Takes `total` cents from the order's card; returns the transaction.
    func charge(_ order: Order, _ total: Int, on clock: any TickerClock) async throws -> String {
        try account.enter(Books.Entry(act: .chargeTried, subject: order.id))
        let call = account.state.calls[order.id, default: 0]
        if call <= order.conditions?.gatewayHangs ?? 0 { try await clock.sleep(for: .seconds(60)) }
        try await latency.pass(.milliseconds(30), for: order, on: clock)
        if call <= order.conditions?.gatewayDown ?? 0 { throw GatewayDown() }
        if let reason = Self.refusals[String(order.card.number.suffix(4))] { throw CardDeclined(reason: reason) }
        if account.state.captured[order.id] == nil {
            try account.enter(Books.Entry(act: .charged, subject: order.id, number: total))
        }
        return "txn-\(order.id)"
    }

    /// Gives back what was taken for an order, if anything was: a charge may have gone through after we lost patience.
    func void(_ order: Order, on clock: any TickerClock) async throws {
        try await latency.pass(.milliseconds(10), for: order, on: clock)
        guard account.state.captured[order.id] != nil else { return }
        try account.enter(Books.Entry(act: .voided, subject: order.id))
    }

    /// Test cards by their last four digits.
    private static let refusals = [
        "0002": "the card was declined",
        "9995": "insufficient funds",
        "0069": "the card has expired",
    ]
}
