import Tickers

extension JSONText {
    static func time(_ time: Timestamp?) -> JSONText { optional(time?.description) }

    /// A ticker as it is listed.
    static func ticker(_ ticker: Ticker) -> JSONText {
        .members([
            "id": .string("\(ticker.id)"),
            "workflow": .string("\(ticker.workflowID)"),
            "function": .string(ticker.function),
            "queue": .string(ticker.queue),
            "priority": .string("\(ticker.priority)"),
            "status": .string(ticker.status.rawValue),
            "attempts": .number(Int64(ticker.attempts)),
            "maxAttempts": .number(Int64(ticker.maxAttempts)),
            "createdAt": time(ticker.createdAt),
            "due": time(ticker.due),
            "startedAt": time(ticker.startedAt),
            "endedAt": time(ticker.endedAt),
            "reason": optional(ticker.reason?.description),
            "failure": ticker.failure.map(failure) ?? .null,
            "progress": ticker.progress.map(progress) ?? .null,
            "tags": .list(ticker.tags.map { .string($0) }),
            "metadata": .object(
                ticker.metadata.sorted { $0.key < $1.key }.map { Member(name: $0.key, value: .string($0.value)) }
            ),
            "parents": .list(
                ticker.parents.map {
                    .members(["id": .string("\($0.id)"), "condition": .string("\($0.condition)")])
                }
            ),
        ])
    }

    /// The same with what belongs to it: `name` and `value` at the end.
    func with(_ name: String, _ value: JSONText) -> JSONText {
        guard case .object(let members) = self else { return self }
        return .object(members + [Member(name: name, value: value)])
    }

    static func failure(_ failure: TickerFailure) -> JSONText {
        .members([
            "kind": .string(failure.kind.rawValue),
            "message": .string(failure.message),
            "type": .string(failure.errorType),
            "ticker": .string("\(failure.ticker)"),
        ])
    }

    static func attempt(_ attempt: TickerAttempt) -> JSONText {
        .members([
            "number": .number(Int64(attempt.number)),
            "outcome": .string(attempt.outcome.word),
            "startedAt": time(attempt.startedAt),
            "endedAt": time(attempt.endedAt),
            "failure": attempt.outcome.failure.map(failure) ?? .null,
        ])
    }

    private static func progress(_ progress: TickerProgress) -> JSONText {
        .members(["fraction": .fraction(progress.fraction), "text": .string(progress.text)])
    }

    static func counts(_ counts: [TickerStatus: Int]) -> JSONText {
        .object(TickerStatus.allCases.map { Member(name: $0.rawValue, value: .number(Int64(counts[$0] ?? 0))) })
    }
}
