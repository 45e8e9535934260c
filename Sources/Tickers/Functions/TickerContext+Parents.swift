extension TickerContext {
    /// What became of this ticker's parents, with their outputs. O(parents).
    ///
    /// A join that was released early (`.any`, `.runNow`) sees the others as they stand at this moment.
    ///
    /// - Throws: ``TickerError`` with code `attemptEnded` when this attempt is over.
    public func parents() async throws -> TickerParents {
        TickerParents(results: try await actions.parents(of: run.lease))
    }

    /// The output of the parent that runs `function`; of the first one added, when several do. O(parents).
    ///
    /// - Throws: ``TickerError``: `notAParent` when no parent runs it, `noOutput` when it has not succeeded,
    ///   `undecodablePayload` when what is stored is of another type, `attemptEnded`.
    public func output<Input, Output>(of function: TickerFunction<Input, Output>) async throws -> Output {
        try await parents().output(of: function)
    }

    /// Cancels the parents that have not started; running and ended ones are left alone.
    ///
    /// - Returns: How many were cancelled.
    /// - Throws: ``TickerError`` with code `attemptEnded` when this attempt is over.
    @discardableResult
    public func cancelUnstartedParents() async throws -> Int {
        try await actions.cancelParents(of: run.lease, includingStarted: false).count
    }

    /// Cancels all parents that have not ended; running ones are asked to stop.
    ///
    /// - Returns: How many were cancelled or asked.
    /// - Throws: ``TickerError`` with code `attemptEnded` when this attempt is over.
    @discardableResult
    public func cancelUnendedParents() async throws -> Int {
        try await actions.cancelParents(of: run.lease, includingStarted: true).count
    }
}

/// The parents of a running ticker, in the order in which the edges were added.
public struct TickerParents: Sendable {
    private let results: [ParentResult]

    package init(results: [ParentResult]) {
        self.results = results
    }

    /// How many parents there are in which state.
    public struct Counts: Sendable, Hashable {
        /// Ended as succeeded.
        public var succeeded = 0
        /// Ended as failed.
        public var failed = 0
        /// Ended as cancelled.
        public var cancelled = 0
        /// Ended as skipped.
        public var skipped = 0
        /// Started and not ended: running, or between two attempts.
        public var running = 0
        /// Not started.
        public var notStarted = 0
    }

    /// The parents as they stood when they were asked about.
    public var tickers: [Ticker] { results.map(\.ticker) }

    /// The messages of those that failed, by id; empty when none did.
    public var failures: [TickerID: String] {
        var failures: [TickerID: String] = [:]
        for result in results where result.ticker.status == .failed {
            failures[result.ticker.id] = result.ticker.failure?.message ?? ""
        }
        return failures
    }

    /// How many there are in which state.
    public var counts: Counts {
        var counts = Counts()
        for result in results {
            switch result.ticker.status {
            case .succeeded: counts.succeeded += 1
            case .failed: counts.failed += 1
            case .cancelled: counts.cancelled += 1
            case .skipped: counts.skipped += 1
            case .running: counts.running += 1
            case .waiting, .scheduled, .pending, .retrying:
                if result.ticker.startedAt == nil { counts.notStarted += 1 } else { counts.running += 1 }
            }
        }
        return counts
    }

    /// The outputs of those that run `function` and have succeeded, in order.
    ///
    /// - Throws: ``TickerError`` with code `undecodablePayload` when what is stored is of another type.
    public func outputs<Input, Output>(of function: TickerFunction<Input, Output>) throws -> [Output] {
        try named(function).filter { $0.ticker.status == .succeeded }.map { try function.output.value($0.output) }
    }

    /// The output of the first one that runs `function`.
    ///
    /// - Throws: ``TickerError``: `notAParent`, `noOutput`, `undecodablePayload`.
    public func output<Input, Output>(of function: TickerFunction<Input, Output>) throws -> Output {
        guard let result = named(function).first else {
            throw TickerError(.notAParent, "No parent of this ticker runs \"\(function.name)\".")
        }
        guard result.ticker.status == .succeeded else {
            throw TickerError(
                .noOutput,
                "The parent that runs \"\(function.name)\" has no output: it is \(result.ticker.status.rawValue).",
                ticker: result.ticker.id,
                status: result.ticker.status
            )
        }
        return try function.output.value(result.output)
    }

    private func named<Input, Output>(_ function: TickerFunction<Input, Output>) -> [ParentResult] {
        let names = Set([function.name] + function.aliases)
        return results.filter { names.contains($0.ticker.function) }
    }
}
