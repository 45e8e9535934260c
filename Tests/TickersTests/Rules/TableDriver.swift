import Testing
import Tickers
import TickersTesting

/// A real table of tickers with a clock that only the test moves, and the few steps that tests of the rules take.
final class TableDriver {
    var table: TickerTable
    /// A day in 2027; nothing depends on which.
    var now = Timestamp(microseconds: 1_800_000_000_000_000)
    private var functions: Set<String> = []

    init(seed: UInt64 = 1) {
        table = TickerTable(seed: seed)
    }

    func awaitsPlace(_ ref: Int32) -> Bool { table.awaitsPlace(ref) }

    func advance(_ duration: Duration = .seconds(1)) {
        now = now.advanced(by: duration)
    }

    @discardableResult
    func add(_ steps: [PlannedStep], addedBy: TickerLease? = nil) throws -> [Int32] {
        functions.formUnion(steps.map(\.name))
        return try table.add(NewWorkflow(steps: steps, addedBy: addedBy), now: now)
    }

    /// Claims what is due of these functions; of all that were ever added when none is named.
    func claim(
        _ names: String...,
        limit: Int = 1_000,
        functionRoom: [String: Int] = [:],
        queueRoom: [String: Int] = [:]
    ) -> [ClaimedRun] {
        let serving = names.isEmpty ? functions : Set(names)
        var rooms = ClaimRooms()
        for (name, room) in functionRoom { rooms.limit(functions: [name], to: room) }
        for (name, room) in queueRoom { rooms.limit(queue: name, to: room) }
        let claim = table.claim(ClaimRequest(limit: limit, serving: serving, rooms: rooms), now: now)
        return claim.runs
    }

    /// Starts the one ticker of this function that is due.
    func start(_ name: String) throws -> ClaimedRun {
        let runs = claim(name)
        try #require(runs.count == 1, "\(runs.count) runs of \(name) were due")
        return runs[0]
    }

    @discardableResult
    func finish(_ run: FinishedRun) -> FinishResult {
        table.finish(run, now: now)
    }

    @discardableResult
    func succeed(_ run: ClaimedRun) -> FinishResult {
        finish(run.finished(.succeeded(.nothing)))
    }

    @discardableResult
    func fail(_ run: ClaimedRun, _ advice: RetryAdvice = .byPolicy) -> FinishResult {
        finish(run.failed(advice))
    }

    @discardableResult
    func cancel(_ ref: Int32, reason: EndReason = .byRequest) -> CancelResult {
        table.cancel(ref, reason: reason, now: now)
    }

    subscript(_ ref: Int32) -> TickerRow { table[ticker: ref] }

    func id(_ ref: Int32) -> TickerID { table[ticker: ref].id }

    func state(_ ref: Int32) -> TickerState { table[ticker: ref].state }
}

extension StoreCounts {
    /// Open, running, ended.
    var totals: [Int] { [open, running, ended] }
}
