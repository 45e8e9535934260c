import Tickers

/// The services that the handlers call, all of them simulated.
struct Shop: Sendable {
    let gateway: Gateway
    let warehouse: Warehouse
    let mailer: Mailer
    let desk: ServiceDesk

    /// Services that go on from where the books say they stood.
    init(latency: Latency, books: Books) {
        gateway = Gateway(latency: latency, books: books)
        warehouse = Warehouse(latency: latency, books: books)
        mailer = Mailer(latency: latency, books: books)
        desk = ServiceDesk(books: books)
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
    private struct Cases: Recorded {
        var open: Set<String> = []

        mutating func happened(_ entry: Books.Entry) {
            if entry.act == .caseOpened { open.insert(entry.subject) }
        }
    }

    private var account: Account<Cases>

    init(books: Books) {
        account = Account(books)
    }

    /// How many cases have been opened.
    var cases: Int { account.state.open.count }

    /// Opens a case for a step that failed; again it does nothing.
    func open(_ failure: TickerFailure) throws {
        let step = "\(failure.ticker)"
        guard !account.state.open.contains(step) else { return }
        try account.enter(Books.Entry(act: .caseOpened, subject: step))
    }
}
