import Tickers

/// One ticker of a random graph with everything that was planned for it.
struct RandomTicker {
    struct Parent {
        var ticker: Int
        var condition: RunCondition
        var policy: ParentFailurePolicy
    }

    var parents: [Parent]
    var join: JoinRule
    var maxAttempts: Int
    /// Whole seconds after release.
    var delay: Int
    /// Whole seconds before a repetition.
    var backoff: Int
}

/// A second, naive telling of the rules, to compare the real one with.
///
/// It shares none of its code: what an edge says is one big switch over words, and whenever news of a ticker breaks, a
/// child's edges are all counted again. News travels first come, first served; that order matters only where one
/// transaction brings a child two words that both decide.
struct ReferenceModel {
    enum Word { case run, never, runNow, fail }

    let graph: [RandomTicker]
    var states: [TickerState]
    var due: [Int]
    private var hasStarted: [Bool]
    private var attempts: [Int]
    private var isCancelRequested: [Bool]
    /// What each parent's edge has said, by child; the first word stands.
    private var words: [[Word?]]

    init(graph: [RandomTicker], now: Int) {
        self.graph = graph
        states = graph.map { _ in .waiting }
        due = graph.map { _ in .max }
        hasStarted = graph.map { _ in false }
        attempts = graph.map { _ in 0 }
        isCancelRequested = graph.map { _ in false }
        words = graph.map { $0.parents.map { _ in nil } }
        for ticker in graph.indices where graph[ticker].parents.isEmpty { release(ticker, now: now) }
    }

    mutating func started(_ ticker: Int, now: Int) {
        states[ticker] = .running
        attempts[ticker] += 1
        hasStarted[ticker] = true
        spread(from: ticker, now: now)
    }

    mutating func cancelled(_ ticker: Int, now: Int) {
        switch states[ticker] {
        case .running: isCancelRequested[ticker] = true
        case .waiting, .scheduled, .retrying:
            states[ticker] = .cancelled
            spread(from: ticker, now: now)
        case .succeeded, .failed, .cancelled, .skipped: break
        }
    }

    mutating func finished(_ ticker: Int, _ outcome: AttemptOutcome, now: Int) {
        switch outcome {
        case .succeeded:
            states[ticker] = .succeeded
        case .failed(_, let advice):
            states[ticker] = attempts[ticker] < graph[ticker].maxAttempts && advice != .never ? .retrying : .failed
            due[ticker] = now + graph[ticker].backoff
            if case .after = advice { due[ticker] = now + 2 }
            if isCancelRequested[ticker] { states[ticker] = .cancelled }
        case .snoozed, .interrupted:
            states[ticker] = isCancelRequested[ticker] ? .cancelled : .scheduled
            due[ticker] = now
            if case .snoozed = outcome { due[ticker] = now + 1 }
            if !isCancelRequested[ticker] { attempts[ticker] -= 1 }
        }
        spread(from: ticker, now: now)
    }

    private mutating func release(_ ticker: Int, now: Int) {
        states[ticker] = .scheduled
        due[ticker] = now + graph[ticker].delay
    }

    private mutating func spread(from first: Int, now: Int) {
        var news = [first]
        while !news.isEmpty {
            let parent = news.removeFirst()
            for child in graph.indices {
                for (edge, plan) in graph[child].parents.enumerated() where plan.ticker == parent {
                    guard words[child][edge] == nil else { continue }
                    words[child][edge] = word(of: plan)
                    guard words[child][edge] != nil, states[child] == .waiting else { continue }
                    judge(child, now: now)
                    if states[child] == .skipped || states[child] == .failed { news.append(child) }
                }
            }
        }
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
            states[child] = .failed
        } else if said.contains(.runNow) || said.filter({ $0 == .run }).count >= needed {
            release(child, now: now)
        } else if said.filter({ $0 != .never }).count < needed {
            states[child] = .skipped
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
            return edge.condition == .always ? .run : .never
        }
    }
}
