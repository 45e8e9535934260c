import Tickers
import TickersSQLite

/// One run of a command: the file it is about, and where it writes.
struct Session: Sendable {
    let path: String
    let isJSON: Bool
    let screen: Screen
    let clock: any TickerClock

    /// Opens the file to look at it, for as long as `body` takes.
    func looking<Result>(_ body: (OpenStore) async throws -> Result) async throws -> Result {
        try await using(SQLiteTickerStore(reading: path, clock: clock), body)
    }

    /// Opens the file to change it, for as long as `body` takes. Nothing is created, brought to a newer schema, or removed
    /// because of its age.
    func changing<Result>(_ body: (OpenStore) async throws -> Result) async throws -> Result {
        try await SQLiteTickerStore(reading: path, clock: clock).close()
        let forever = Retention(age: .seconds(Int64.max), count: .max)
        return try await using(SQLiteTickerStore(path: path, retention: forever, clock: clock), body)
    }

    private func using<Result>(
        _ store: SQLiteTickerStore,
        _ body: (OpenStore) async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body(OpenStore(store, clock: clock))
            try await store.close()
            return result
        } catch {
            try await store.close()
            throw error
        }
    }

    /// Prints what a command that looks has to show: once, or again and again.
    func show(every pause: Duration?, _ look: (OpenStore) async throws -> Picture) async throws {
        guard let pause else {
            let picture = try await looking(look)
            return try isJSON ? screen.put(picture.json.text + "\n") : screen.put(picture.lines)
        }
        try await looking { store in
            while true {
                try screen.redraw(try await look(store).lines)
                try await clock.sleep(for: pause)
            }
        }
    }
}

/// An open file, with a scheduler over it that runs nothing.
struct OpenStore: Sendable {
    let store: SQLiteTickerStore
    let scheduler: Scheduler
    private let clock: any TickerClock

    init(_ store: SQLiteTickerStore, clock: any TickerClock) {
        self.store = store
        self.clock = clock
        var options = SchedulerOptions()
        options.runs = .nothing
        scheduler = Scheduler(functions: FunctionRegistry(), store: store, clock: clock, options: options)
    }

    var wall: Timestamp { clock.wall }

    /// The one ticker whose id begins or ends so.
    func id(_ text: String) async throws -> TickerID {
        if let id = TickerID(text.lowercased()) {
            guard try await scheduler.status(of: id) != nil else { throw TickerError.unknownTicker(id) }
            return id
        }
        let shown = 5
        let found = try await store.ids(resembling: text, limit: shown + 1)
        guard let first = found.first else { throw Refusal("no ticker has an id that begins or ends with \(text)") }
        guard found.count > 1 else { return first }
        let more = found.count > shown ? ["…"] : []
        let names = found.prefix(shown).map(\.description) + more
        throw Refusal("\(text) may be any of these; give more digits:\n  " + names.joined(separator: "\n  "))
    }

    /// The ticker whose id begins or ends so.
    func ticker(_ text: String) async throws -> Ticker {
        let id = try await id(text)
        guard let ticker = try await scheduler.status(of: id) else { throw TickerError.unknownTicker(id) }
        return ticker
    }

    /// A workflow without its tickers; `nil` for an unknown one.
    func overview(of id: WorkflowID) async throws -> WorkflowOverview? {
        // What lies beyond the place just before it.
        let before = WorkflowID(first: TickerID(serial: id.first.serial - 1, low: .max))
        let page = try await scheduler.workflows(after: before, limit: 1)
        return page.workflows.first { $0.id == id }
    }
}
