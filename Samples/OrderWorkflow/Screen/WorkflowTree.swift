import Tickers

/// Draws one workflow with what became of every step.
struct WorkflowTree {
    private static let nameWidth = 43
    private static let statusWidth = 12

    let summary: WorkflowSummary
    let screen: Screen

    /// The lines, the root's first.
    var lines: [String] {
        summary.tickers.filter(\.parents.isEmpty).flatMap { lines(of: $0, stem: "", branch: "") }
    }

    /// - Parameters:
    ///   - stem: What stands before the lines below this ticker.
    ///   - branch: What stands before the ticker itself.
    private func lines(of ticker: Ticker, stem: String, branch: String) -> [String] {
        let children = summary.tickers.filter { $0.parents.contains { $0.id == ticker.id } }
        var lines = [line(of: ticker, branch: branch)]
        if let failure = ticker.failure {
            let rail = stem + (children.isEmpty ? "   " : "│  ")
            let text = ticker.status == .failed ? failure.message : "before that: \(failure.message)"
            lines.append(rail + screen.styled(text.printable.cut(to: 79 - rail.count), .faint))
        }
        for child in children {
            let isLast = child.id == children.last?.id
            lines += self.lines(
                of: child,
                stem: stem + (isLast ? "   " : "│  "),
                branch: stem + (isLast ? "└─ " : "├─ ")
            )
        }
        return lines
    }

    private func line(of ticker: Ticker, branch: String) -> String {
        let (mark, style) = look(of: ticker.status)
        let name = (branch + label(of: ticker)).left(Self.nameWidth)
        let status = "\(mark) \(ticker.status.rawValue)".left(Self.statusWidth)
        let note = note(on: ticker).cut(to: 79 - Self.nameWidth - Self.statusWidth)
        let text = note.isEmpty ? status.trimmed : status + note
        return name + screen.styled(text, style)
    }

    private func label(of ticker: Ticker) -> String {
        switch ticker.parents.first?.condition {
        case nil, .onSuccess: ticker.function
        case .onFailure: "on failure: \(ticker.function)"
        case .onCancelled: "on cancel: \(ticker.function)"
        case .onFailureOrCancelled: "on failure or cancel: \(ticker.function)"
        case .onCompletion: "on completion: \(ticker.function)"
        case .always: "always: \(ticker.function)"
        case .inProgress: "beside: \(ticker.function)"
        }
    }

    private func look(of status: TickerStatus) -> (mark: String, style: Screen.Style) {
        switch status {
        case .succeeded: ("✓", .good)
        case .failed: ("✗", .bad)
        case .skipped, .cancelled: ("·", .faint)
        case .waiting, .scheduled, .pending, .running, .retrying: ("…", .busy)
        }
    }

    /// Why it did not run, or how it did.
    private func note(on ticker: Ticker) -> String {
        if let reason = ticker.reason { return reason.description(naming: name) }
        var parts: [String] = []
        if ticker.attempts > 1 { parts.append("\(ticker.attempts) attempts") }
        if let started = ticker.startedAt, let ended = ticker.endedAt { parts.append(ended.since(started).short) }
        if let progress = ticker.progress { parts.append(progress.text) }
        return parts.joined(separator: ", ")
    }

    private func name(of id: TickerID) -> String {
        summary.tickers.first { $0.id == id }?.function ?? "\(id)"
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
