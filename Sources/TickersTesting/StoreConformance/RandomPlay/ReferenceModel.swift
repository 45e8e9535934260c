import Tickers

/// A second, naive telling of the rules, to compare the real one with.
///
/// It shares none of its code: what an edge says is one big switch over words, and whenever news of a ticker breaks, a
/// child's edges are all counted again. News travels first come, first served; that order matters only where one
/// transaction brings a child two words that both decide.
struct ReferenceModel {
    enum Word { case run, never, runNow, fail }

    private(set) var graph: [RandomTicker] = []
    private(set) var states: [TickerState] = []
    private(set) var due: [Int] = []
    /// How often each ticker was started in all.
    private(set) var starts: [Int] = []
    /// Attempts as callers see them: those given back not counted.
    private(set) var attempts: [Int] = []
    /// When each ticker ended; `nil` while it has not.
    private(set) var endedAt: [Int?] = []
    /// What each parent's edge has said, by child; the first word stands.
    private(set) var words: [[Word?]] = []
    private var hasStarted: [Bool] = []
    private var maxAttempts: [Int] = []
    private var isCancelRequested: [Bool] = []
    private var isWithdrawn: [Bool] = []

    init(graph: [RandomTicker], now: Int) {
        for ticker in graph { added(ticker, now: now) }
    }

    mutating func added(_ plan: RandomTicker, now: Int) {
        graph.append(plan)
        states.append(.waiting)
        due.append(.max)
        starts.append(0)
        words.append(plan.parents.map { _ in nil })
        hasStarted.append(false)
        attempts.append(0)
        endedAt.append(nil)
        maxAttempts.append(plan.maxAttempts)
        isCancelRequested.append(false)
        isWithdrawn.append(false)
        if plan.parents.isEmpty { release(graph.count - 1, now: now) }
        ask(graph.count - 1, now: now)
    }

    mutating func started(_ ticker: Int, now: Int) {
        states[ticker] = .running
        attempts[ticker] += 1
        starts[ticker] += 1
        hasStarted[ticker] = true
        spread(from: [ticker], now: now)
    }

    mutating func cancelled(_ ticker: Int, now: Int) -> CancelResult {
        switch states[ticker] {
        case .running:
            isCancelRequested[ticker] = true
            return .requested
        case .waiting, .scheduled, .retrying:
            end(ticker, as: .cancelled, now: now)
            spread(from: [ticker], now: now)
            return .cancelled
        case .succeeded, .failed, .cancelled, .skipped:
            return .alreadyEnded
        }
    }

    mutating func finished(_ ticker: Int, _ outcome: AttemptOutcome, now: Int) {
        switch outcome {
        case .succeeded:
            states[ticker] = .succeeded
        case .failed(_, let advice):
            states[ticker] = attempts[ticker] < maxAttempts[ticker] && advice != .never ? .retrying : .failed
            due[ticker] = now + graph[ticker].backoff
            if case .after = advice { due[ticker] = now + 2 }
            if isCancelRequested[ticker] { states[ticker] = .cancelled }
        case .snoozed, .interrupted:
            states[ticker] = isCancelRequested[ticker] ? .cancelled : .scheduled
            due[ticker] = now
            if case .snoozed = outcome { due[ticker] = now + 1 }
            if !isCancelRequested[ticker] { attempts[ticker] -= 1 }
        }
        if states[ticker].isEnd { endedAt[ticker] = now } else { withdrawChildren(of: ticker, now: now) }
        spread(from: [ticker], now: now)
    }

    mutating func retried(_ ticker: Int, now: Int) -> RetryAnswer {
        guard [.retrying, .failed, .cancelled, .skipped].contains(states[ticker]) else {
            return .refused(status(of: ticker, now: now))
        }
        guard !below(ticker, withAdded: true).contains(where: { states[$0] == .running }) else {
            return .descendantRunning
        }
        let below = below(ticker, withAdded: false)
        withdrawChildren(of: ticker, now: now)
        for child in below where states[child] != .waiting {
            withdrawChildren(of: child, now: now)
            begin(child, as: .waiting)
            attempts[child] = 0
            maxAttempts[child] = graph[child].maxAttempts
        }
        begin(ticker, as: .scheduled)
        due[ticker] = now
        maxAttempts[ticker] = max(maxAttempts[ticker], attempts[ticker] + 1)
        for child in below { words[child] = words[child].map { _ in nil } }
        for child in below where states[child] == .waiting { ask(child, now: now) }
        return .retried
    }

    /// Retries what failed or was cancelled, parents before children; answers how many were.
    mutating func allRetried(now: Int) -> Int {
        graph.indices.count { ticker in
            (states[ticker] == .failed || states[ticker] == .cancelled) && retried(ticker, now: now) == .retried
        }
    }

    /// Whether a ticker is due, now or later, with nothing else to wait for.
    func isQueued(_ ticker: Int) -> Bool { states[ticker] == .scheduled || states[ticker] == .retrying }

    /// How a ticker stands by the clock.
    func status(of ticker: Int, now: Int) -> TickerStatus {
        switch states[ticker] {
        case .waiting: .waiting
        case .scheduled: due[ticker] <= now ? .pending : .scheduled
        case .retrying: due[ticker] <= now ? .pending : .retrying
        case .running: .running
        case .succeeded: .succeeded
        case .failed: .failed
        case .cancelled: .cancelled
        case .skipped: .skipped
        }
    }

    private mutating func end(_ ticker: Int, as state: TickerState, now: Int) {
        states[ticker] = state
        endedAt[ticker] = now
    }

    private mutating func begin(_ ticker: Int, as state: TickerState) {
        states[ticker] = state
        endedAt[ticker] = nil
        hasStarted[ticker] = false
        isCancelRequested[ticker] = false
        isWithdrawn[ticker] = false
    }

    /// Everything below a ticker, level by level.
    private func below(_ ticker: Int, withAdded: Bool) -> [Int] {
        var found = [ticker]
        var next = 0
        while next < found.count {
            for child in graph.indices where !found.contains(child) {
                let edges = graph[child].parents.filter { $0.ticker == found[next] }
                if edges.contains(where: { withAdded || !$0.isAdder }) { found.append(child) }
            }
            next += 1
        }
        return Array(found.dropFirst())
    }

    private mutating func withdrawChildren(of ticker: Int, now: Int) {
        let children = graph.indices.filter { child in
            states[child] == .waiting && graph[child].parents.contains { $0.ticker == ticker && $0.isAdder }
        }
        for child in children {
            end(child, as: .skipped, now: now)
            isWithdrawn[child] = true
            words[child] = [.never]
        }
        spread(from: children, now: now)
    }

    private mutating func release(_ ticker: Int, now: Int) {
        states[ticker] = .scheduled
        due[ticker] = now + graph[ticker].delay
    }

    /// Asks every open edge of one child, first to last.
    private mutating func ask(_ child: Int, now: Int) {
        for edge in graph[child].parents.indices { hear(edge, of: child, now: now) }
        if states[child] == .skipped || states[child] == .failed { spread(from: [child], now: now) }
    }

    private mutating func spread(from first: [Int], now: Int) {
        var news = first
        while !news.isEmpty {
            let parent = news.removeFirst()
            for child in graph.indices {
                for (edge, plan) in graph[child].parents.enumerated() where plan.ticker == parent {
                    let hasEnded = states[child].isEnd
                    hear(edge, of: child, now: now)
                    if !hasEnded, states[child].isEnd { news.append(child) }
                }
            }
        }
    }

    private mutating func hear(_ edge: Int, of child: Int, now: Int) {
        guard words[child][edge] == nil else { return }
        words[child][edge] = word(of: graph[child].parents[edge])
        if words[child][edge] != nil, states[child] == .waiting { judge(child, now: now) }
    }

    private mutating func judge(_ child: Int, now: Int) {
        let said = words[child]
        let needed =
            switch graph[child].join {
            case .all: said.count
            case .any: 1
            case .atLeast(let count): count
            }
        if said.contains(.fail) {
            end(child, as: .failed, now: now)
        } else if said.contains(.runNow) || said.filter({ $0 == .run }).count >= needed {
            release(child, now: now)
        } else if said.filter({ $0 != .never }).count < needed {
            end(child, as: .skipped, now: now)
        }
    }

    private func word(of edge: RandomTicker.Parent) -> Word? {
        let started = hasStarted[edge.ticker]
        switch states[edge.ticker] {
        case .waiting, .scheduled, .running, .retrying:
            return started && edge.condition == .inProgress ? .run : nil
        case .succeeded:
            return [.onSuccess, .onCompletion, .always, .inProgress].contains(edge.condition) ? .run : .never
        case .failed:
            if edge.policy == .runNow { return .runNow }
            if edge.policy == .fail { return .fail }
            return [.onSuccess, .onCancelled].contains(edge.condition) ? .never : .run
        case .cancelled:
            if edge.condition == .inProgress { return started ? .run : .never }
            return [.onSuccess, .onFailure].contains(edge.condition) ? .never : .run
        case .skipped:
            return edge.condition == .always && !isWithdrawn[edge.ticker] ? .run : .never
        }
    }
}
