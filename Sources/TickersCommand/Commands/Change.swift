import Tickers

/// What became of one of the things that a command was asked to change.
struct Change: Sendable {
    /// The ticker's id, or the queue's name.
    let subject: String
    /// For programs.
    let result: String
    /// For people.
    let sentence: String
    /// Whether it was done.
    let isDone: Bool
}

extension Session {
    /// Prints what became of each.
    ///
    /// - Throws: ``Refusal`` for what could not be done, after the others were.
    func report(_ changes: [Change]) throws {
        if isJSON {
            let list = changes.map { change in
                JSONText.members(["subject": .string(change.subject), "result": .string(change.result)])
            }
            try screen.put(JSONText.members(["results": .list(list)]).text + "\n")
        } else {
            try screen.put(changes.filter(\.isDone).map { Line($0.sentence) })
        }
        let refused = changes.filter { !$0.isDone }
        guard refused.isEmpty else { throw Refusal(refused.map(\.sentence).joined(separator: "\n  ")) }
    }
}

extension CommandOption {
    static let wholeWorkflow = CommandOption("--workflow", .none, "the whole workflow of each of them")
}
