/// Why a ticker failed: what its children on failure receive as input, and what a waiting caller is told.
public struct TickerFailure: Sendable, Hashable, Codable {
    /// What kind of thing went wrong.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// The handler threw an error.
        case threw
        /// The attempt took longer than its timeout.
        case timedOut
        /// The handler asked for the end with ``TickerSignal/discard(_:)``.
        case discarded
        /// The input or the output could not be encoded, decoded or stored.
        case unusablePayload
        /// The edge to a failed parent passes failures on.
        case parentFailed
        /// The process ended ``TickerLimits/crashes`` times while an attempt was under way, from its claim on.
        case crashed
    }

    /// The ticker that failed first: another one than the failed ticker itself for ``Kind/parentFailed``.
    public var ticker: TickerID
    /// The function's name.
    public var function: String
    /// The number of attempts made when this happened.
    public var attempts: Int
    /// What kind of thing went wrong.
    public var kind: Kind
    /// The name of the error's type, or an empty string when there was no error value.
    public var errorType: String
    /// The error's text, cut at ``TickerLimits/errorBytes`` bytes.
    public var message: String

    /// A failure; a `message` over the limit is cut at a character boundary.
    public init(
        ticker: TickerID,
        function: String,
        attempts: Int,
        kind: Kind,
        errorType: String = "",
        message: String
    ) {
        self.ticker = ticker
        self.function = function
        self.attempts = attempts
        self.kind = kind
        self.errorType = errorType
        self.message = message.cut(toUTF8Bytes: TickerLimits.errorBytes)
    }
}

extension TickerFailure: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        "\(function) failed after \(attempts == 1 ? "1 attempt" : "\(attempts) attempts"): \(message)"
    }
}

extension String {
    /// The longest prefix of whole characters within `limit` bytes of UTF-8, with an ellipsis where something was cut.
    package func cut(toUTF8Bytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        let mark = "…"
        var end = utf8.index(utf8.startIndex, offsetBy: max(0, limit - mark.utf8.count))
        while end > startIndex, end.samePosition(in: self) == nil {
            end = utf8.index(before: end)
        }
        return String(self[..<end]) + mark
    }
}
