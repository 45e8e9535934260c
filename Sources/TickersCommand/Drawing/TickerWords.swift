import Tickers

extension TickerID {
    /// Its last digits, which tell it from others better than the first: those are a time.
    var short: String { String(description.suffix(8)) }
}

extension Duration {
    /// The largest unit alone: `3 s`, `250 ms`, `2 min`.
    var brief: String { inWords.split(separator: " ").prefix(2).joined(separator: " ") }
}

extension Timestamp {
    /// `12 s ago`, `in 3 min`, `now`.
    func told(at now: Timestamp) -> String {
        if self == .distantPast { return "ever since" }
        if self == .distantFuture { return "never" }
        if self == now { return "now" }
        return self < now ? "\(now.since(self).brief) ago" : "in \(since(now).brief)"
    }

    /// Whole, with its distance from now.
    func toldWhole(at now: Timestamp) -> String { "\(self), \(told(at: now))" }
}

extension Ticker {
    /// When what its status says happened or will happen.
    func when(at now: Timestamp) -> String {
        switch status {
        case .waiting: "stored \(createdAt.told(at: now))"
        case .scheduled: due.map { "due \($0.told(at: now))" } ?? ""
        case .pending: due.map { "due \($0.told(at: now))" } ?? "due"
        case .retrying: due.map { "again \($0.told(at: now))" } ?? ""
        case .running: startedAt.map { "for \(now.since($0).brief)" } ?? ""
        case .succeeded, .failed, .cancelled, .skipped: endedAt?.told(at: now) ?? ""
        }
    }

    /// Attempts made of those it may make; empty before the first.
    var tries: String { attempts == 0 ? "" : "\(attempts)/\(maxAttempts)" }

    /// What there is to say about it in a line.
    var note: String {
        if let reason { return reason.description(naming: \.short) }
        if status != .succeeded, let failure { return failure.message }
        guard status == .running, let progress else { return tags.joined(separator: ", ") }
        return "\(Int(progress.fraction * 100)) %" + (progress.text.isEmpty ? "" : ", \(progress.text)")
    }
}
