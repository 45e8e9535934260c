/// Everything that is wrong with a call that wants to store something, so that it is said at once.
package struct RequestProblems: Sendable {
    /// Arguments out of their bounds, in half sentences.
    package var arguments: [String] = []
    /// More than fits into one add, in half sentences.
    package var sizes: [String] = []
    /// Functions without a handler, each once.
    package private(set) var unregistered: [String] = []

    package init() {}

    package mutating func noteUnregistered(_ function: String) {
        if !unregistered.contains(function) { unregistered.append(function) }
    }

    package var sentences: [String] {
        let missing = unregistered.map {
            "no handler is registered for \"\($0)\"; register one before the scheduler is made"
        }
        return arguments + sizes + missing
    }

    /// What to throw; `nil` when nothing is wrong.
    package var error: TickerError? {
        let sentences = sentences
        guard !sentences.isEmpty else { return nil }
        let code: TickerError.Code
        switch (arguments.isEmpty, sizes.isEmpty) {
        case (true, true): code = .unregisteredFunction
        case (true, false): code = .tooManyTickers
        case (false, _): code = .invalidArgument
        }
        return TickerError(code, sentences.joined(separator: "; "))
    }

    /// Throws what is wrong.
    package func check() throws {
        if let error { throw error }
    }
}
