import Tickers

/// What became of one of the things that a command was asked to change.
struct Change: Sendable {
    /// What a change came to.
    struct Outcome: Sendable {
        /// For programs.
        let result: String
        /// For people.
        let sentence: String
        /// Whether it was done.
        let isDone: Bool

        static func done(_ result: String, _ sentence: String) -> Outcome {
            Outcome(result: result, sentence: sentence, isDone: true)
        }

        static func refused(_ result: String, _ sentence: String) -> Outcome {
            Outcome(result: result, sentence: sentence, isDone: false)
        }
    }

    /// The full id of a ticker or workflow, or the name of a queue or recurrence.
    let subject: String
    let outcome: Outcome

    init(_ subject: String, _ outcome: Outcome) {
        (self.subject, self.outcome) = (subject, outcome)
    }
}

extension Session {
    /// Changes one thing after the other, and prints what became of each.
    ///
    /// - Throws: ``Refusal`` for what could not be done, after the others were.
    func change(_ names: [String], _ change: (String, OpenStore) async throws -> Change) async throws {
        let changes = try await changing { store in
            var changes: [Change] = []
            for name in names { changes.append(try await change(name, store)) }
            return changes
        }
        if isJSON {
            let list = changes.map { change in
                JSONText.members(["subject": .string(change.subject), "result": .string(change.outcome.result)])
            }
            try screen.put(JSONText.members(["results": .list(list)]).text + "\n")
        } else {
            try screen.put(changes.map(\.outcome).filter(\.isDone).map { Line($0.sentence) })
        }
        let refused = changes.map(\.outcome).filter { !$0.isDone }
        guard refused.isEmpty else { throw Refusal(refused.map(\.sentence).joined(separator: "\n  ")) }
    }
}
