import Tickers

/// The services that the handlers call, all of them simulated.
struct Shop: Sendable {
    let gateway: Gateway
    let warehouse: Warehouse
    let mailer: Mailer
    let desk = ServiceDesk()

    init(latency: Latency) {
        gateway = Gateway(latency: latency)
        warehouse = Warehouse(latency: latency)
        mailer = Mailer(latency: latency)
    }
}

/// How slow the simulated services are.
struct Latency: Sendable {
    /// Multiplies every latency; zero is no waiting at all.
    var factor = 1.0

    /// Waits somewhere between half and one and a half times `typical`, the same for the same order each time.
    func pass(_ typical: Duration, for order: Order, on clock: any TickerClock) async throws {
        guard factor > 0 else { return }
        var random = SeededGenerator(seed: order.id.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
        try await clock.sleep(for: typical * (factor * Double.random(in: 0.5...1.5, using: &random)))
    }
}

/// Where people look at orders that cannot be taken.
actor ServiceDesk {
    private(set) var cases: [String] = []

    func open(_ reason: String) { cases.append(reason) }
}
