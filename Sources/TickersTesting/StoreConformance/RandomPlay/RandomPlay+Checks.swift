package import Tickers

/// What is compared after every step.
extension RandomPlay {
    /// What a store or a table shows of the one workflow in it.
    package struct View: Sendable {
        package var workflow: WorkflowSummary
        /// Those of the tickers that wait.
        package var explanations: [TickerID: TickerExplanation]
        package var counts: StoreCounts

        package init(workflow: WorkflowSummary, explanations: [TickerID: TickerExplanation], counts: StoreCounts) {
            self.workflow = workflow
            self.explanations = explanations
            self.counts = counts
        }
    }

    /// The first thing in which what is seen differs from the model; `nil` for none.
    package mutating func mismatch(_ view: View) -> String? {
        census.steps += 1
        let tickers = view.workflow.tickers
        guard tickers.map(\.id) == ids else { return report("\(tickers.count) tickers of \(ids.count) are there") }
        var counts = StoreCounts()
        for (index, ticker) in tickers.enumerated() {
            if let problem = difference(index, ticker) { return report("ticker \(index) \(problem)") }
            counts.add(1, in: model.states[index])
        }
        guard view.counts == counts else { return report("counted are \(view.counts), and there are \(counts)") }
        let hasEnded = model.states.allSatisfy(\.isEnd)
        guard (view.workflow.endedAt != nil) == hasEnded else {
            return report("the workflow's end is \(String(describing: view.workflow.endedAt))")
        }
        for index in ids.indices where model.states[index] == .waiting {
            guard let explanation = view.explanations[ids[index]] else { return report("\(index) is not explained") }
            if let problem = unexplained(index, explanation) { return report(problem) }
            census.explained += 1
        }
        return nil
    }

    private func difference(_ index: Int, _ ticker: Ticker) -> String? {
        let status = model.status(of: index, now: seconds)
        if ticker.status != status { return "is \(ticker.status), not \(status)" }
        if ticker.attempts != model.attempts[index] {
            return "has made \(ticker.attempts) attempts, not \(model.attempts[index])"
        }
        let end = model.endedAt[index].map(instant)
        if ticker.endedAt != end {
            return "ended at \(String(describing: ticker.endedAt)), not at \(String(describing: end))"
        }
        return nil
    }

    /// Whatever waits has an open edge to a parent that is undecided, and open are those that the model calls open.
    private func unexplained(_ index: Int, _ explanation: TickerExplanation) -> String? {
        guard case .waitsForParents(let missing) = explanation.answer else {
            return "ticker \(index) waits, and its explanation says \(explanation.answer)"
        }
        let plan = model.graph[index].parents
        let isOpen = explanation.edges.map { $0.word == .open }
        guard isOpen == model.words[index].map({ $0 == nil }) else {
            return "open edges of ticker \(index): \(isOpen), and by the model \(model.words[index])"
        }
        let undecided = plan.indices.filter { isOpen[$0] && !model.states[plan[$0].ticker].isEnd }
        guard !undecided.isEmpty, undecided.count == explanation.openEdges.count else {
            return "the open edges of ticker \(index) do not all lead to parents that are undecided"
        }
        for edge in undecided where explanation.edges[edge].parent != ids[plan[edge].ticker] {
            return "edge \(edge) of ticker \(index) names \(explanation.edges[edge].parent)"
        }
        let isPossible = (1...undecided.count).contains(missing)
        return isPossible ? nil : "ticker \(index) needs \(missing) of \(undecided.count) open edges"
    }

    /// What is compared when there is nothing left to do: that all has ended, that every start is in a history, and that
    /// the workflow's status, told by the rows, is the one told by the snapshots.
    package mutating func endMismatch(_ view: View, overviews: [WorkflowOverview]) -> String? {
        let stuck = ids.indices.filter { !model.states[$0].isEnd }
        guard stuck.isEmpty else { return report("tickers \(stuck) are stuck") }
        for (index, ticker) in view.workflow.tickers.enumerated() {
            let known = ticker.history.count + ticker.attemptsDropped
            guard known == model.starts[index] else {
                return report("ticker \(index) started \(model.starts[index]) times and remembers \(known)")
            }
            if case .withdrawn = ticker.reason { census.withdrawn += 1 }
        }
        let (told, status) = (overviews.map(\.status), view.workflow.status)
        return told == [status] ? nil : report("the workflow is \(told) by its rows, and \(status) by its snapshots")
    }

    // MARK: For people

    /// A problem with all that led to it: the seed, the graph, every step.
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

    func name(_ id: TickerID) -> String { ids.firstIndex(of: id).map { "\($0)" } ?? "unknown" }

    func name(of outcome: AttemptOutcome) -> String {
        switch outcome {
        case .succeeded: "succeeded"
        case .failed(_, let advice): "failed, \(advice)"
        case .snoozed: "snoozed"
        case .interrupted: "interrupted"
        }
    }
}
