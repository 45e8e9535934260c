/// Everything that the package's calls throw: a code to switch on and a sentence that says what to do.
public struct TickerError: Error, Sendable, Hashable {
    /// An open set of error codes: more may come.
    public struct Code: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
        /// The code's stable text.
        public let rawValue: String
        /// A code of this text.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The code's stable text.
        public var description: String { rawValue }
    }

    /// What went wrong, for programs.
    public let code: Code
    /// What went wrong and what to do about it, for people.
    public let message: String
    /// The ticker it is about, where there is one.
    public let ticker: TickerID?
    /// The status that stood in the way, where one did.
    public let status: TickerStatus?
    /// The failure of the ticker, for ``Code/tickerFailed``.
    public let failure: TickerFailure?

    package init(
        _ code: Code,
        _ message: String,
        ticker: TickerID? = nil,
        status: TickerStatus? = nil,
        failure: TickerFailure? = nil
    ) {
        self.code = code
        self.message = message
        self.ticker = ticker
        self.status = status
        self.failure = failure
    }
}

extension TickerError: CustomStringConvertible {
    /// The code and the sentence.
    public var description: String { "\(code): \(message)" }
}

extension TickerError.Code {
    /// An argument is out of its bounds; the message lists every problem.
    public static let invalidArgument = Self(rawValue: "invalidArgument")
    /// The workflow as a whole cannot be; the message names every problem, a cycle with its path.
    public static let invalidWorkflow = Self(rawValue: "invalidWorkflow")
    /// The rule of a recurrence cannot be; the message names the field of a cron expression and what is allowed there.
    public static let invalidSchedule = Self(rawValue: "invalidSchedule")
    /// The registry has no handler for the function.
    public static let unregisteredFunction = Self(rawValue: "unregisteredFunction")
    /// The registry has problems (a name twice, a bad name); the message lists every one.
    public static let invalidRegistry = Self(rawValue: "invalidRegistry")
    /// No ticker has this id: it never had, or its workflow ended and was removed.
    public static let unknownTicker = Self(rawValue: "unknownTicker")
    /// The parent has ended in a way that the run condition does not meet.
    public static let parentEnded = Self(rawValue: "parentEnded")
    /// The unique key is in use, and the policy does not allow to go on; `ticker` and `status` say by whom.
    public static let uniqueKeyInUse = Self(rawValue: "uniqueKeyInUse")
    /// The attempt that wanted to do this is over.
    public static let attemptEnded = Self(rawValue: "attemptEnded")
    /// No parent of the ticker runs the function whose output was asked for.
    public static let notAParent = Self(rawValue: "notAParent")
    /// The parent whose output was asked for has not succeeded; `status` says how it stands.
    public static let noOutput = Self(rawValue: "noOutput")
    /// The value could not be encoded.
    public static let unencodablePayload = Self(rawValue: "unencodablePayload")
    /// The stored value is not of the type asked for.
    public static let undecodablePayload = Self(rawValue: "undecodablePayload")
    /// The value is larger than ``TickerLimits/payloadBytes``.
    public static let payloadTooLarge = Self(rawValue: "payloadTooLarge")
    /// As many tickers are open as ``SchedulerOptions/maxOpen`` allows.
    public static let full = Self(rawValue: "full")
    /// More tickers in one add than ``TickerLimits/tickersPerAdd``.
    public static let tooManyTickers = Self(rawValue: "tooManyTickers")
    /// More paused queues than ``TickerLimits/pausedQueues``.
    public static let tooManyPausedQueues = Self(rawValue: "tooManyPausedQueues")
    /// More recurrences than ``TickerLimits/recurrences``.
    public static let tooManyRecurrences = Self(rawValue: "tooManyRecurrences")
    /// No recurrence has this name.
    public static let unknownRecurrence = Self(rawValue: "unknownRecurrence")
    /// The scheduler is running already.
    public static let alreadyRunning = Self(rawValue: "alreadyRunning")
    /// The scheduler has been shut down.
    public static let shutDown = Self(rawValue: "shutDown")
    /// The ticker whose output was awaited failed; `failure` says how.
    public static let tickerFailed = Self(rawValue: "tickerFailed")
    /// The ticker whose output was awaited was cancelled.
    public static let tickerCancelled = Self(rawValue: "tickerCancelled")
    /// The ticker whose output was awaited was skipped.
    public static let tickerSkipped = Self(rawValue: "tickerSkipped")
}

extension TickerError {
    package static func unknownTicker(_ id: TickerID) -> TickerError {
        TickerError(
            .unknownTicker,
            "No ticker has the id \(id). It was never stored, or its workflow has ended and was removed by retention.",
            ticker: id
        )
    }

    package static func tooManyTickers(_ count: Int) -> TickerError {
        TickerError(.tooManyTickers, "\(count) tickers in one add are more than \(TickerLimits.tickersPerAdd).")
    }

    package static func invalidArgument(_ problems: [String]) -> TickerError {
        TickerError(.invalidArgument, problems.joined(separator: "; "))
    }
}
