extension AttemptOutcome {
    /// What an attempt that threw comes to.
    ///
    /// - Parameter retry: The policy of the run's function, with all of its closures.
    package init(error: any Error, of run: ClaimedRun, retry: RetryPolicy = .none) {
        if let signal = error as? TickerSignal {
            self.init(signal: signal, of: run)
            return
        }
        if let problem = error as? TickerError, Self.payloadCodes.contains(problem.code) {
            let failure = Self.failure(of: run, .unusablePayload, "TickerError", problem.message)
            self = .failed(failure, .never)
            return
        }
        let failure = Self.failure(of: run, .threw, "\(type(of: error))", "\(error)")
        self = .failed(failure, Self.advice(for: error, of: run, retry))
    }

    /// What an attempt that took longer than its timeout comes to.
    package static func timedOut(_ run: ClaimedRun, retry: RetryPolicy = .none) -> AttemptOutcome {
        let limit = run.spec.timeout.map { "\($0)" } ?? "its limit"
        let sentence = "The attempt took longer than \(limit)."
        let error = TickerError(.attemptEnded, sentence, ticker: run.lease.ticker)
        let failure = failure(of: run, .timedOut, "", sentence)
        return .failed(failure, advice(for: error, of: run, retry))
    }

    private static let payloadCodes: Set<TickerError.Code> = [
        .unencodablePayload, .undecodablePayload, .payloadTooLarge,
    ]

    private init(signal: TickerSignal, of run: ClaimedRun) {
        switch signal {
        case .retry(let delay):
            let failure = Self.failure(of: run, .threw, "TickerSignal", "The handler asked for another attempt.")
            self = .failed(failure, .after(delay))
        case .snooze(let delay):
            self = .snoozed(delay)
        case .discard(let why):
            self = .failed(Self.failure(of: run, .discarded, "TickerSignal", why), .never)
        }
    }

    private static func advice(for error: any Error, of run: ClaimedRun, _ retry: RetryPolicy) -> RetryAdvice {
        let policy = run.spec.retry.completed(from: retry)
        if let filter = policy.filter, !filter(error) { return .never }
        guard let delay = policy.customDelay else { return .byPolicy }
        return delay(run.attempt, error).map { .after($0) } ?? .never
    }

    private static func failure(
        of run: ClaimedRun,
        _ kind: TickerFailure.Kind,
        _ errorType: String,
        _ message: String
    ) -> TickerFailure {
        TickerFailure(
            ticker: run.lease.ticker,
            function: run.spec.function,
            attempts: run.attempt,
            kind: kind,
            errorType: errorType,
            message: message
        )
    }
}
