import Tickers

/// What is compared after every step.
extension RandomPlay {
    mutating func mismatch() -> String? {
        census.steps += 1
        for index in refs.indices where driver.state(refs[index]) != model.states[index] {
            return report("ticker \(index) is \(driver.state(refs[index])), not \(model.states[index])")
        }
        for index in refs.indices where model.states[index] == .waiting {
            if let problem = unexplained(index) { return report(problem) }
            census.explained += 1
        }
        return nil
    }

    /// Whatever waits has an open edge to a parent that is undecided, and open are those that the model calls open.
    private func unexplained(_ index: Int) -> String? {
        let explanation = driver.table.explanation(of: refs[index], now: driver.now)
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
        for edge in undecided where explanation.edges[edge].parent != driver.id(refs[plan[edge].ticker]) {
            return "edge \(edge) of ticker \(index) names \(explanation.edges[edge].parent)"
        }
        let isPossible = (1...undecided.count).contains(missing)
        return isPossible ? nil : "ticker \(index) needs \(missing) of \(undecided.count) open edges"
    }

    /// What is compared when all have ended: that every start is in a history, and that the workflow's status, told by the
    /// rows, is the one told by the snapshots.
    mutating func endMismatch() -> String? {
        for index in refs.indices {
            let ticker = driver.table.snapshot(of: refs[index], now: driver.now)
            let known = ticker.history.count + ticker.attemptsDropped
            guard known == model.starts[index] else {
                return report("ticker \(index) started \(model.starts[index]) times and remembers \(known)")
            }
            if case .withdrawn = ticker.reason { census.withdrawn += 1 }
        }
        var table = driver.table
        let page = table.page(WorkflowPageRequest(.all))
        let told = page.workflows.map(\.status)
        let status = driver.table.summary(of: 0, now: driver.now).status
        return told == [status] ? nil : report("the workflow is \(told) by its rows, and \(status) by its snapshots")
    }
}
