import Testing
import Tickers
import TickersTesting

/// Random tickers under a few keys, each step compared with a plain telling of what a place is.
@Suite("Random places under limit keys")
struct RandomPlacesTests {
    @Test("the table and the telling agree after every step, and everything ends", arguments: 0..<20)
    func agrees(shard: UInt64) throws {
        var started = 0
        for seed in (shard * 25)..<(shard * 25 + 25) {
            var play = PlacesPlay(seed: seed)
            if let mismatch = try play.playedToTheEnd() {
                Issue.record("seed \(seed), after \(play.log.suffix(40)): \(mismatch)")
                return
            }
            started += play.started
        }
        // A generator that went quiet would make the comparison worthless.
        #expect(started > 25 * 10, "only \(started) attempts were compared")
    }
}

/// What a place is, said as plainly as possible: lists that are searched from the front.
private struct PlainPlaces {
    struct Item {
        var key: String?
        /// When it is due, in whole seconds; `nil` while it runs, waits in line or has ended.
        var due: Int?
        var holds = false
        var isRunning = false
        var hasEnded = false
    }

    var items: [Item] = []
    var maxConcurrent: [String: Int] = [:]
    /// Those who are due and have no place, by key, in the order in which they became due.
    var line: [String: [Int]] = [:]
    /// Those who may start.
    var ready: Set<Int> = []
    /// The order in which what has a due time was queued.
    private var queued: [Int] = []

    mutating func queue(_ item: Int, due: Int) {
        items[item].due = due
        queued.removeAll { $0 == item }
        queued.append(item)
    }

    /// Everyone who is due by now gets in line, the earliest first and among equals who was queued first.
    mutating func timeCame(_ now: Int) {
        let due = queued.filter { items[$0].due.map { $0 <= now } ?? false }
        queued.removeAll { due.contains($0) || items[$0].due == nil }
        let inOrder = due.enumerated().sorted { left, right in
            let (a, b) = (items[left.element].due ?? 0, items[right.element].due ?? 0)
            return a != b ? a < b : left.offset < right.offset
        }
        for (_, item) in inOrder {
            items[item].due = nil
            guard let key = items[item].key, !items[item].holds else {
                ready.insert(item)
                continue
            }
            line[key, default: []].append(item)
        }
        letIn()
    }

    /// The first in line take the places that are free.
    mutating func letIn() {
        for (key, waiting) in line {
            let held = items.count { $0.key == key && $0.holds }
            let free = max(0, (maxConcurrent[key] ?? 0) - held)
            for item in waiting.prefix(free) {
                items[item].holds = true
                ready.insert(item)
            }
            line[key] = Array(waiting.dropFirst(free))
        }
    }

    mutating func end(_ item: Int) {
        items[item].hasEnded = true
        items[item].isRunning = false
        items[item].holds = false
        items[item].due = nil
        ready.remove(item)
        for key in line.keys { line[key]?.removeAll { $0 == item } }
        letIn()
    }

    func waits(_ item: Int) -> Bool { line.values.contains { $0.contains(item) } }
}

private struct PlacesPlay {
    private var random: SeededGenerator
    private var driver: TableDriver
    private var plain = PlainPlaces()
    private var refs: [Int32] = []
    private var itemOf: [TickerID: Int] = [:]
    private var running: [ClaimedRun] = []
    private var seconds = 0
    private(set) var log: [String] = []
    private(set) var started = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        driver = TableDriver(seed: seed)
    }

    mutating func playedToTheEnd() throws -> String? {
        for _ in 0..<Int.random(in: 20...120, using: &random) {
            try step()
            if let mismatch = mismatch() { return mismatch }
        }
        for _ in 0...refs.count {
            advance(by: 10)
            if let mismatch = claim(limit: 1_000) ?? mismatch() { return mismatch }
            while let run = running.popLast() { finish(run, isLast: true) }
            if let mismatch = mismatch() { return mismatch }
        }
        let stuck = refs.indices.filter { !driver.state(refs[$0]).isEnd }
        return stuck.isEmpty ? nil : "tickers \(stuck) are stuck"
    }

    private mutating func step() throws {
        switch Int.random(in: 0..<12, using: &random) {
        case 0...2: try add()
        case 3, 4: advance(by: Int.random(in: 1...3, using: &random))
        case 5, 6:
            if let problem = claim(limit: Int.random(in: 1...3, using: &random)) { Issue.record("\(problem)") }
        case 7: cancel()
        case 8: retryByHand()
        default:
            guard !running.isEmpty else { return }
            finish(running.remove(at: Int.random(in: 0..<running.count, using: &random)), isLast: false)
        }
    }

    private mutating func add() throws {
        var step = PlannedStep("Work", retry: .fixed(maxAttempts: 3, every: .seconds(2)))
        let delay = max(0, Int.random(in: -3...4, using: &random))
        if delay > 0 { step.due = .after(.seconds(delay)) }
        var key: LimitKey?
        if Int.random(in: 0..<5, using: &random) > 0 {
            let name = "k\(Int.random(in: 0..<3, using: &random))"
            key = LimitKey(name, maxConcurrent: Int.random(in: 1...3, using: &random))
            plain.maxConcurrent[name] = key?.maxConcurrent
        }
        step.options.limitKey = key
        log.append("add \(refs.count) \(key?.key ?? "-") \(key?.maxConcurrent ?? 0) after \(delay)")
        plain.letIn()
        plain.items.append(PlainPlaces.Item(key: key?.key))
        plain.queue(refs.count, due: seconds + delay)
        plain.timeCame(seconds)
        let ref = try driver.add([step])[0]
        itemOf[driver.id(ref)] = refs.count
        refs.append(ref)
    }

    private mutating func advance(by duration: Int) {
        log.append("advance \(duration)")
        seconds += duration
        driver.advance(.seconds(duration))
        plain.timeCame(seconds)
        // A claim of nothing lets the table notice the time as well.
        _ = driver.claim(limit: 0)
    }

    /// Claims some of what may start, which is all the telling says of it.
    private mutating func claim(limit: Int) -> String? {
        let runs = driver.claim(limit: limit)
        let claimed = runs.compactMap { itemOf[$0.lease.ticker] }
        log.append("claim \(limit): \(claimed)")
        guard claimed.count == min(limit, plain.ready.count), plain.ready.isSuperset(of: claimed) else {
            return "claimed \(claimed) of \(plain.ready.sorted())"
        }
        for item in claimed {
            plain.ready.remove(item)
            plain.items[item].isRunning = true
        }
        running += runs
        started += runs.count
        return nil
    }

    private mutating func finish(_ run: ClaimedRun, isLast: Bool) {
        guard let item = itemOf[run.lease.ticker] else { return }
        let outcome = isLast ? 0 : Int.random(in: 0..<4, using: &random)
        log.append("finish \(item): \(outcome)")
        plain.items[item].isRunning = false
        let result: FinishResult
        switch outcome {
        case 0, 1: result = driver.succeed(run)
        case 2: result = driver.fail(run)
        default: result = driver.finish(run.finished(.snoozed(.seconds(3))))
        }
        switch result {
        case .ended: plain.end(item)
        case .queued: plain.queue(item, due: seconds + (outcome == 2 ? 2 : 3))
        case .late: Issue.record("the report of \(item) was late")
        }
    }

    private mutating func cancel() {
        guard let item = refs.indices.randomElement(using: &random) else { return }
        log.append("cancel \(item)")
        if driver.cancel(refs[item]) == .cancelled { plain.end(item) }
    }

    private mutating func retryByHand() {
        guard let item = refs.indices.randomElement(using: &random) else { return }
        guard driver.table.retry(refs[item], now: driver.now) == .retried else { return }
        log.append("retry \(item)")
        plain.items[item].hasEnded = false
        plain.ready.remove(item)
        plain.queue(item, due: seconds)
        plain.timeCame(seconds)
    }

    private func mismatch() -> String? {
        driver.table.gates.checkInvariants()
        driver.table.lanes.checkInvariants()
        for (item, ref) in refs.enumerated() {
            if driver.table.awaitsPlace(ref) != plain.waits(item) { return "\(item) waits for a place, or does not" }
        }
        for key in plain.maxConcurrent.keys {
            let held = plain.items.count { $0.key == key && $0.holds }
            let holders = driver.table.gates.holders(of: key)
            if holders != held { return "\(holders) hold \(key) instead of \(held)" }
            let waiting = driver.table.gates.waiting(for: key)
            if waiting != plain.line[key]?.count ?? 0 { return "\(waiting) wait for \(key)" }
        }
        return nil
    }
}
