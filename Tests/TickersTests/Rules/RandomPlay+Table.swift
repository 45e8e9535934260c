import Testing
import Tickers
import TickersTesting

/// A random play over the bare table: the rules and the indexes, without an actor around them.
extension RandomPlay {
    /// A description of the first step on which the table and the model disagree, else `nil`.
    mutating func played(on driver: TableDriver) throws -> String? {
        while let move = next() {
            driver.now = now
            let answer = try answer(move, driver)
            if let problem = answered(move, answer) ?? mismatch(view(of: driver)) { return problem }
        }
        return endMismatch(view(of: driver), overviews: driver.table.page(WorkflowPageRequest(.all)).workflows)
    }

    private func answer(_ move: Move, _ driver: TableDriver) throws -> Answer {
        switch move {
        case .add(let workflow):
            let refs = try driver.table.add(workflow, now: now)
            return .added(refs.map { driver.table[ticker: $0].id })
        case .claim(let request):
            let claim = driver.table.claim(request, now: now)
            return .claimed(claim.runs, nextDue: claim.nextDue)
        case .finish(let reports):
            return .finished(reports.map { driver.finish($0) })
        case .cancel(let id):
            return .cancelled(driver.cancel(try driver.ref(id)))
        case .retry(let id):
            return .retried(driver.retry(try driver.ref(id)))
        case .retryWorkflow:
            return .retriedWorkflow(driver.table.retryFailed(in: 0, now: now))
        case .reopen:
            return .reopened
        }
    }

    private func view(of driver: TableDriver) -> View {
        let workflow = driver.table.summary(of: 0, now: now)
        var explanations: [TickerID: TickerExplanation] = [:]
        for ticker in workflow.tickers where ticker.status == .waiting {
            guard let ref = driver.table.index(of: ticker.id) else { continue }
            explanations[ticker.id] = driver.table.explanation(of: ref, now: now)
        }
        return View(workflow: workflow, explanations: explanations, counts: driver.table.counts)
    }
}

extension TableDriver {
    fileprivate func ref(_ id: TickerID) throws -> Int32 {
        let ref = table.index(of: id)
        return try #require(ref)
    }

    fileprivate func retry(_ ref: Int32) -> RetryAnswer {
        switch table.retry(ref, now: now) {
        case .retried: .retried
        case .refusedByRunningDescendant: .descendantRunning
        case .refused: .refused(table.snapshot(of: ref, now: now).status)
        }
    }
}
