/// Why a ticker is not running, or how it came to its end. Its ``description`` says it in sentences.
public struct TickerExplanation: Sendable, Hashable {
    /// What it comes down to.
    public enum Answer: Sendable, Hashable {
        /// Its parents are undecided: so many of its open edges must still say yes.
        case waitsForParents(missing: Int)
        /// It is due, or due again, at this instant.
        case waitsForDue(Timestamp)
        /// It is due and has not started, for these reasons; with none of them it is only a matter of its turn.
        case waitsForPlace([PendingReason])
        /// Its handler has been running since this instant.
        case runs(since: Timestamp)
        /// It has ended; `culprit` is the function of the ticker that `reason` names, where that is still there.
        case ended(EndReason?, culprit: String?)
    }

    /// What an edge to a parent has said.
    public enum Word: String, Sendable, Hashable, Codable {
        /// Nothing yet.
        case open
        /// The parent allows it.
        case yes
        /// The parent can no longer allow it.
        case no
    }

    /// One edge to a parent.
    public struct Edge: Sendable, Hashable {
        /// The parent.
        public var parent: TickerID
        /// The parent's function.
        public var function: String
        /// Where the parent stands.
        public var status: TickerStatus
        /// When the parent's next attempt is due, while it is scheduled or retrying.
        public var due: Timestamp?
        /// When the child runs, told by what becomes of the parent.
        public var condition: RunCondition
        /// What the parent's failure does to the child, before the condition is asked.
        public var onParentFailure: ParentFailurePolicy
        /// What the edge has said.
        public var word: Word
        /// When this was asked.
        package var askedAt: Timestamp

        package init(
            parent: TickerID,
            function: String,
            status: TickerStatus,
            due: Timestamp?,
            condition: RunCondition,
            onParentFailure: ParentFailurePolicy,
            word: Word,
            askedAt: Timestamp
        ) {
            self.parent = parent
            self.function = function
            self.status = status
            self.due = due
            self.condition = condition
            self.onParentFailure = onParentFailure
            self.word = word
            self.askedAt = askedAt
        }
    }

    /// The ticker as it stood when it was asked about.
    public var ticker: Ticker
    /// When that was.
    public var askedAt: Timestamp
    /// What it comes down to.
    public var answer: Answer
    /// The edges to its parents, in the order in which they were added.
    public var edges: [Edge]

    package init(ticker: Ticker, askedAt: Timestamp, answer: Answer, edges: [Edge]) {
        self.ticker = ticker
        self.askedAt = askedAt
        self.answer = answer
        self.edges = edges
    }

    /// The edges that have not said anything. O(parents).
    public var openEdges: [Edge] { edges.filter { $0.word == .open } }
}
