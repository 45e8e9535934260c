import Testing
import Tickers

/// 10,000 random workflows with random fates, each step compared with a second telling of the rules.
@Suite("Random workflows")
struct RandomGraphTests {
    /// Four tests of 2,500 graphs, so that they share the cores.
    static let shards: [UInt64] = [0, 2_500, 5_000, 7_500]
    static let graphsPerShard: UInt64 = 2_500

    @Test("the table and the reference agree after every step, and nothing is ever stuck", arguments: shards)
    func agrees(_ firstSeed: UInt64) throws {
        var steps = 0
        for seed in firstSeed..<(firstSeed + Self.graphsPerShard) {
            var play = try RandomPlay(seed: seed)
            if let mismatch = play.playedToTheEnd() {
                Issue.record("\(mismatch)")
                return
            }
            steps += play.log.count
        }
        // A generator that went quiet would make the comparison worthless.
        #expect(steps > Int(Self.graphsPerShard) * 10, "only \(steps) steps were compared")
    }
}

/// One random workflow and its random fate, in the table and in the reference.
struct RandomPlay {
    let seed: UInt64
    let graph: [RandomTicker]
    var log: [String] = []
    private var random: SeededGenerator
    private var driver: TableDriver
    private var model: ReferenceModel
    private let start: Timestamp
    private let refs: [Int32]
    private var indexOf: [TickerID: Int] = [:]
    private var running: [ClaimedRun] = []

    init(seed: UInt64) throws {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        graph = Self.graph(&random)
        driver = TableDriver(seed: seed)
        start = driver.now
        model = ReferenceModel(graph: graph, now: 0)
        let steps = graph.map { ticker in
            PlannedStep(
                "Work",
                after: ticker.parents.map { .step($0.ticker, $0.condition, policy: $0.policy) },
                join: ticker.join,
                due: ticker.delay == 0 ? .now : .after(.seconds(ticker.delay)),
                retry: .fixed(maxAttempts: ticker.maxAttempts, every: .seconds(ticker.backoff))
            )
        }
        refs = try driver.add(steps)
        for (index, ref) in refs.enumerated() { indexOf[driver.id(ref)] = index }
    }

    static func graph(_ random: inout SeededGenerator) -> [RandomTicker] {
        let count = Int.random(in: 2...12, using: &random)
        let roots = Int.random(in: 1...min(3, count), using: &random)
        return (0..<count).map { index in
            var parents: [RandomTicker.Parent] = []
            if index >= roots {
                let wanted = Int.random(in: 1...min(4, index), using: &random)
                // In any order, not in that of creation: which edge speaks first must not depend on it.
                let tickers = (0..<index).shuffled(using: &random).prefix(wanted)
                parents = tickers.map { parent(of: $0, &random) }
            }
            let join: JoinRule =
                switch Int.random(in: 0..<4, using: &random) {
                case 0 where !parents.isEmpty: .any
                case 1 where !parents.isEmpty: .atLeast(Int.random(in: 1...parents.count, using: &random))
                default: .all
                }
            return RandomTicker(
                parents: parents,
                join: join,
                maxAttempts: Int.random(in: 1...3, using: &random),
                delay: max(0, Int.random(in: -4...2, using: &random)),
                backoff: Int.random(in: 0...2, using: &random)
            )
        }
    }

    private static func parent(of ticker: Int, _ random: inout SeededGenerator) -> RandomTicker.Parent {
        let conditions = RunCondition.allCases
        let condition = conditions[Int.random(in: 0..<conditions.count, using: &random)]
        let policy: ParentFailurePolicy =
            switch Int.random(in: 0..<8, using: &random) {
            case 0: .runNow
            case 1: .fail
            default: .byCondition
            }
        return RandomTicker.Parent(ticker: ticker, condition: condition, policy: policy)
    }

    /// Plays until every ticker has ended; a description of the first step on which the two disagree, else `nil`.
    mutating func playedToTheEnd() -> String? {
        if let mismatch = mismatch() { return mismatch }
        for _ in 0..<Int.random(in: 5...40, using: &random) {
            if let problem = wildStep() ?? mismatch() { return problem }
        }
        // From here on every run ends for good, so twelve tickers with one end each must come to rest.
        for _ in 0...graph.count {
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
        return stuck.isEmpty ? nil : report("tickers \(stuck) are stuck")
    }

    private mutating func wildStep() -> String? {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2:
            driver.advance(.seconds(Int.random(in: 0...2, using: &random)))
            return claim(limit: Int.random(in: 1...4, using: &random))
        case 3:
            let ticker = Int.random(in: 0..<graph.count, using: &random)
            log.append("cancel \(ticker)")
            driver.cancel(refs[ticker])
            model.cancelled(ticker, now: seconds)
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

    private func mismatch() -> String? {
        for index in refs.indices where driver.state(refs[index]) != model.states[index] {
            return report("ticker \(index) is \(driver.state(refs[index])), not \(model.states[index])")
        }
        return nil
    }

    private func report(_ problem: String) -> String {
        let tickers = graph.enumerated().map { index, ticker in
            let parents = ticker.parents.map { "\($0.ticker).\($0.condition).\($0.policy)" }.joined(separator: ", ")
            return "  \(index): join \(ticker.join) of [\(parents)], attempts \(ticker.maxAttempts), "
                + "delay \(ticker.delay), backoff \(ticker.backoff)"
        }
        let lines = ["seed \(seed), step \(log.count): \(problem)"] + tickers + log.map { "  \($0)" }
        return lines.joined(separator: "\n")
    }
}
