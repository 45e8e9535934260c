import Tickers

/// A chain of twenty steps that mixes everything a step can be given: the type checker takes each step by itself, so a
/// long chain costs what its steps cost. That it compiles with the rest of the tests is the standing proof.
enum TwentySteps {
    static func workflow() -> Workflow {
        Workflow.begin(with: Stage.plusOne, 1, due: .after(.seconds(1)), options: TickerOptions(tags: ["first"]))
            .then(Stage.text)
            .child(Stage.length, due: .after(.seconds(10))) { length in
                length.then(Stage.plusOne).child(Stage.text) { $0.then(Stage.note) }
            }
            .onFailure(Stage.alarm) { $0.then(Stage.length).then(Stage.plusOne) }
            .then(Stage.length)
            .child(Stage.note, "in between", when: .inProgress)
            .child(Stage.seven, when: .always) { $0.then(Stage.text).onFailure(Stage.alarm) }
            .then(Stage.plusOne, due: .after(.seconds(5)), options: TickerOptions(priority: .high))
            .onCancelled(Stage.note, "cancelled") { $0.then(Stage.pulse) }
            .onCancelled(Stage.pulse)
            .then(Stage.text)
            .onCompletion(Stage.note, "complete", due: .after(.seconds(2)))
            .onCompletion(Stage.pulse) { pulse in pulse.then(Stage.seven).then(Stage.text) }
            .then(Stage.note)
            .then(Stage.pulse)
            .then(Stage.seven)
            .inProgress(Stage.note, "beside") { $0.onFailure(Stage.alarm).then(Stage.pulse) }
            .inProgress(Stage.pulse)
            .then(Stage.plusOne, 41)
            .onFailure(Stage.note, "odd") { $0.child(Stage.seven) { $0.child(Stage.text).child(Stage.plusOne) } }
            .build(name: "twenty steps")
    }
}
