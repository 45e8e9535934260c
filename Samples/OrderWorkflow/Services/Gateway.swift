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
    private let latency: Latency
    private var calls: [String: Int] = [:]
    private var captured: [String: Int] = [:]

    init(latency: Latency) {
        self.latency = latency
    }

    /// Cents taken from cards and not given back.
    var balance: Int { captured.values.reduce(0, +) }

    /// Takes `total` cents from the order's card; returns the transaction.
    func charge(_ order: Order, _ total: Int, on clock: any TickerClock) async throws -> String {
        calls[order.id, default: 0] += 1
        let call = calls[order.id, default: 0]
        if call <= order.conditions?.gatewayHangs ?? 0 { try await clock.sleep(for: .seconds(60)) }
        try await latency.pass(.milliseconds(30), for: order, on: clock)
        if call <= order.conditions?.gatewayDown ?? 0 { throw GatewayDown() }
        if let reason = Self.refusals[String(order.card.number.suffix(4))] { throw CardDeclined(reason: reason) }
        captured[order.id] = total
        return "txn-\(order.id)"
    }

    /// Gives back what was taken for an order, if anything was: a charge may have gone through after we lost patience.
    func void(_ order: Order, on clock: any TickerClock) async throws {
        try await latency.pass(.milliseconds(10), for: order, on: clock)
        captured[order.id] = nil
    }

    /// Test cards by their last four digits.
    private static let refusals = [
        "0002": "the card was declined",
        "9995": "insufficient funds",
        "0069": "the card has expired",
    ]
}
