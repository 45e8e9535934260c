import Tickers
import TickersTesting

/// One random workflow and its random fate, in the table and in the reference.
struct RandomPlay {
    /// What has been seen, so that a test can tell that there was something to see.
    struct Census {
        var steps = 0
        var added = 0
        var withdrawn = 0
        var retried = 0
        /// Waiting tickers whose explanation was checked.
        var explained = 0

        static func += (left: inout Census, right: Census) {
            left.steps += right.steps
            left.added += right.added
            left.withdrawn += right.withdrawn
            left.retried += right.retried
            left.explained += right.explained
        }
    }

    /// Handlers add children until there are so many tickers.
    private static let most = 18

    let seed: UInt64
    var census = Census()
    private(set) var log: [String] = []
    private var random: SeededGenerator
    private(set) var driver: TableDriver
    private(set) var model: ReferenceModel
    private let start: Timestamp
    private(set) var refs: [Int32] = []
    private var indexOf: [TickerID: Int] = [:]
    private var running: [ClaimedRun] = []

    init(seed: UInt64) throws {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        let graph = RandomTicker.graph(&random)
        driver = TableDriver(seed: seed)
        start = driver.now
        model = ReferenceModel(graph: graph, now: 0)
        let steps = graph.map { ticker in
            ticker.step(after: ticker.parents.map { .step($0.ticker, $0.condition, policy: $0.policy) })
        }
        know(try driver.add(steps))
    }

    /// Plays until every ticker has ended; a description of the first step on which the two disagree, else `nil`.
    mutating func playedToTheEnd() throws -> String? {
        if let mismatch = mismatch() { return mismatch }
        for _ in 0..<Int.random(in: 5...40, using: &random) {
            if let problem = try wildStep() ?? mismatch() { return problem }
        }
        // From here on every run ends for good, so tickers with one end each must come to rest in as many rounds.
        for _ in 0...refs.count {
            driver.advance(.seconds(10))
            if let problem = claim(limit: 100) ?? mismatch() { return problem }
            while let run = running.popLast() {
                let failed = run.failed(.never)
                let isGood = Bool.random(using: &random)
                finish(isGood ? run.finished(.succeeded(.nothing)) : failed)
                if let mismatch = mismatch() { return mismatch }
            }
        }
        let stuck = refs.indices.filter { !driver.state(refs[$0]).isEnd }
        return stuck.isEmpty ? endMismatch() : report("tickers \(stuck) are stuck")
    }

    private mutating func wildStep() throws -> String? {
        switch Int.random(in: 0..<13, using: &random) {
        case 0...2:
            driver.advance(.seconds(Int.random(in: 0...2, using: &random)))
            return claim(limit: Int.random(in: 1...4, using: &random))
        case 3:
            let ticker = refs.indices.randomElement(using: &random) ?? 0
            log.append("cancel \(ticker)")
            driver.cancel(refs[ticker])
            model.cancelled(ticker, now: seconds)
        case 4:
            return retry(refs.indices.randomElement(using: &random) ?? 0)
        case 5, 6:
            guard let run = running.randomElement(using: &random), refs.count < Self.most else { return nil }
            try addChild(of: run)
        default:
            guard !running.isEmpty else { return claim(limit: 2) }
            let run = running.remove(at: Int.random(in: 0..<running.count, using: &random))
            finish(outcome(of: run))
        }
        return nil
    }

    private mutating func outcome(of run: ClaimedRun) -> FinishedRun {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...4: run.finished(.succeeded(.nothing))
        case 5, 6: run.failed()
        case 7: run.failed(Bool.random(using: &random) ? .never : .after(.seconds(2)))
        case 8: run.finished(.snoozed(.seconds(1)))
        default: run.finished(.interrupted)
        }
    }

    private var seconds: Int { Int(driver.now.since(start).components.seconds) }

    private mutating func know(_ added: [Int32]) {
        for ref in added {
            indexOf[driver.id(ref)] = refs.count
            refs.append(ref)
        }
    }

    /// A handler adds a child of its own ticker.
    private mutating func addChild(of run: ClaimedRun) throws {
        guard let parent = indexOf[run.lease.ticker] else { return }
        var plan = RandomTicker.random(below: [], &random)
        plan.parents = [RandomTicker.Parent(ticker: parent, condition: .random(&random), isAdder: true)]
        log.append("\(parent) adds \(refs.count), \(plan.parents[0].condition)")
        let step = plan.step(after: [.stored(run.lease.ticker, plan.parents[0].condition)])
        know(try driver.add([step], addedBy: run.lease))
        model.added(plan, now: seconds)
        census.added += 1
    }

    private mutating func retry(_ ticker: Int) -> String? {
        let result = driver.table.retry(refs[ticker], now: driver.now)
        let isAllowed = model.retried(ticker, now: seconds)
        log.append("retry \(ticker): \(result)")
        if isAllowed { census.retried += 1 }
        return isAllowed == (result == .retried) ? nil : report("a retry of \(ticker) was \(result)")
    }

    /// Lets the table say what starts, and checks that it is what may.
    private mutating func claim(limit: Int) -> String? {
        let ready = Set(refs.indices.filter { isQueued($0) && model.due[$0] <= seconds })
        let runs = driver.claim(limit: limit)
        let claimed = runs.compactMap { indexOf[$0.lease.ticker] }
        log.append("at \(seconds): claim \(limit) -> \(claimed)")
        // What starts first may release a child beside it, but only for the next claim.
        guard claimed.count == min(limit, ready.count), Set(claimed).count == claimed.count,
            ready.isSuperset(of: claimed)
        else { return report("claimed \(claimed), but \(ready.sorted()) were due") }
        for ticker in claimed { model.started(ticker, now: seconds) }
        running += runs
        return nil
    }

    private func isQueued(_ ticker: Int) -> Bool {
        model.states[ticker] == .scheduled || model.states[ticker] == .retrying
    }

    private mutating func finish(_ run: FinishedRun) {
        guard let ticker = indexOf[run.lease.ticker] else { return }
        log.append("finish \(ticker): \(name(of: run.outcome))")
        driver.finish(run)
        model.finished(ticker, run.outcome, now: seconds)
    }

    private func name(of outcome: AttemptOutcome) -> String {
        switch outcome {
        case .succeeded: "succeeded"
        case .failed(_, let advice): "failed, \(advice)"
        case .snoozed: "snoozed"
        case .interrupted: "interrupted"
        }
    }

    func report(_ problem: String) -> String {
        let tickers = model.graph.enumerated().map { index, ticker in
            let parents = ticker.parents.map { parent in
                "\(parent.ticker).\(parent.condition).\(parent.policy)\(parent.isAdder ? ", who added it" : "")"
            }
            return "  \(index): join \(ticker.join) of \(parents), attempts \(ticker.maxAttempts), "
                + "delay \(ticker.delay), backoff \(ticker.backoff)"
        }
        let lines = ["seed \(seed), step \(log.count): \(problem)"] + tickers + log.map { "  \($0)" }
        return lines.joined(separator: "\n")
    }
}

extension RandomTicker {
    static func graph(_ random: inout SeededGenerator) -> [RandomTicker] {
        let count = Int.random(in: 2...12, using: &random)
        let roots = Int.random(in: 1...min(3, count), using: &random)
        return (0..<count).map { index in
            // In any order, not in that of creation: which edge speaks first must not depend on it.
            let wanted = index < roots ? 0 : Int.random(in: 1...min(4, index), using: &random)
            let parents = (0..<index).shuffled(using: &random).prefix(wanted)
            return RandomTicker.random(below: Array(parents), &random)
        }
    }

    static func random(below parents: [Int], _ random: inout SeededGenerator) -> RandomTicker {
        let edges = parents.map { ticker in
            let policy: ParentFailurePolicy =
                switch Int.random(in: 0..<8, using: &random) {
                case 0: .runNow
                case 1: .fail
                default: .byCondition
                }
            return Parent(ticker: ticker, condition: .random(&random), policy: policy)
        }
        let join: JoinRule =
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where !edges.isEmpty: .any
            case 1 where !edges.isEmpty: .atLeast(Int.random(in: 1...edges.count, using: &random))
            default: .all
            }
        return RandomTicker(
            parents: edges,
            join: join,
            maxAttempts: Int.random(in: 1...3, using: &random),
            delay: max(0, Int.random(in: -4...2, using: &random)),
            backoff: Int.random(in: 0...2, using: &random)
        )
    }

    /// The step that stores it.
    func step(after parents: [PlannedParent]) -> PlannedStep {
        PlannedStep(
            "Work",
            after: parents,
            join: join,
            due: delay == 0 ? .now : .after(.seconds(delay)),
            retry: .fixed(maxAttempts: maxAttempts, every: .seconds(backoff))
        )
    }
}

extension RunCondition {
    static func random(_ random: inout SeededGenerator) -> RunCondition {
        allCases[Int.random(in: 0..<allCases.count, using: &random)]
    }
}
