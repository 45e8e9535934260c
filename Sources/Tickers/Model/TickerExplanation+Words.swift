extension TickerExplanation: CustomStringConvertible {
    /// Edges that are told one by one; of a wider join the others are counted.
    private static let edgesTold = 20

    /// In sentences, the open edges of a waiting ticker on a line each. O(parents).
    public var description: String {
        let name = ticker.function
        switch answer {
        case .waitsForParents(let missing):
            let count = missing == 1 ? "one more of them has" : "\(missing) more of them have"
            let open = openEdges
            var lines = ["\(name) waits for its parents: \(count) to say yes."]
            lines += open.prefix(Self.edgesTold).map { "- \($0)" }
            if open.count > Self.edgesTold { lines.append("- and \(open.count - Self.edgesTold) more") }
            return lines.joined(separator: "\n")
        case .waitsForDue(let due):
            let when = "due in \(due.since(askedAt).inWords), at \(due)."
            guard ticker.status == .retrying, let failure = ticker.failure else { return "\(name) is \(when)" }
            let attempt = "attempt \(ticker.attempts) of \(ticker.maxAttempts)"
            return "\(name) failed in \(attempt): \(failure.message.asSentence) The next one is \(when)"
        case .waitsForPlace(let reasons):
            guard !reasons.isEmpty else { return "\(name) is due and starts when it is its turn." }
            return "\(name) is due and has not started: \(reasons.map(\.description).joined(separator: "; "))."
        case .runs(let start):
            let attempt = "attempt \(ticker.attempts) of \(ticker.maxAttempts)"
            return "\(name) has been running for \(askedAt.since(start).inWords), in \(attempt)."
        case .ended(let reason, let culprit):
            return "\(name) \(ticker.status.asEnd)\(because(reason, culprit))".asSentence
        }
    }

    private func because(_ reason: EndReason?, _ culprit: String?) -> String {
        if let reason { return ": " + reason.description { id in culprit ?? id.description } }
        guard ticker.status == .failed, let failure = ticker.failure else { return "" }
        return " in attempt \(ticker.attempts) of \(ticker.maxAttempts): \(failure.message)"
    }
}

extension String {
    /// With a full stop, unless it has one already, as messages of errors may.
    fileprivate var asSentence: String { hasSuffix(".") ? self : self + "." }
}

extension TickerExplanation.Edge: CustomStringConvertible {
    /// What the edge waits for, or what it has said and why.
    public var description: String {
        switch word {
        case .open: "waits for \(function) to \(condition.awaited)\(exception); it \(standing)"
        case .yes: "\(function) \(standing): yes"
        case .no: "\(function) \(standing): no, it had to \(condition.awaited)"
        }
    }

    private var exception: String {
        switch onParentFailure {
        case .byCondition: ""
        case .runNow: " (its failure releases this at once)"
        case .fail: " (its failure fails this)"
        }
    }

    private var standing: String {
        switch status {
        case .waiting: "waits for its own parents"
        case .scheduled: "is scheduled" + dueInWords("due")
        case .pending: "is due and has not started"
        case .running: "is running"
        case .retrying: "is retrying" + dueInWords("next attempt")
        case .succeeded, .failed, .cancelled, .skipped: status.asEnd
        }
    }

    private func dueInWords(_ what: String) -> String {
        due.map { ", \(what) in \($0.since(askedAt).inWords)" } ?? ""
    }
}

extension RunCondition {
    /// What a parent has to do, after "to".
    fileprivate var awaited: String {
        switch self {
        case .onSuccess: "succeed"
        case .onFailure: "fail"
        case .onCancelled: "be cancelled"
        case .onFailureOrCancelled: "fail or be cancelled"
        case .onCompletion: "succeed, fail or be cancelled"
        case .always: "end"
        case .inProgress: "start"
        }
    }
}

extension TickerStatus {
    /// What became of a ticker; the bare status where it has not ended.
    fileprivate var asEnd: String {
        switch self {
        case .waiting, .scheduled, .pending, .running, .retrying: "is \(rawValue)"
        case .succeeded, .failed: rawValue
        case .cancelled, .skipped: "was \(rawValue)"
        }
    }
}
