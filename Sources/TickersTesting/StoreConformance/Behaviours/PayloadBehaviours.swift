import Tickers

extension StoreBehaviour {
    /// Inputs and outputs, and texts of every kind.
    static let payloads: [StoreBehaviour] = piping + texts

    private static let piping: [StoreBehaviour] = [
        StoreBehaviour("a child takes its parent's output, its failure, or the outputs of several as input") { stage in
            let collector = PayloadCollector(of: String.self)
            try await stage.add([
                PlannedStep("A"), PlannedStep("B"), PlannedStep("Bad"),
                PlannedStep("Output", after: [.step(0)], input: .outputOfStep(0)),
                PlannedStep("Outputs", after: [.step(0), .step(1)], input: .outputsOfSteps([1, 0, 1], collector)),
                PlannedStep("Failure", after: [.step(2, .onFailure)], input: .failureOfStep(2)),
                PlannedStep("None", after: [.step(2, .onCompletion)], input: .outputOfStep(2)),
                PlannedStep("Part", after: [.step(0), .step(2, .always)], input: .outputsOfSteps([0, 2], collector)),
            ])
            try await stage.complete("A", "out of A")
            try await stage.complete("B", "out of B")
            let bad = try await stage.start("Bad")
            try await stage.fail(bad, .never)
            try await stage.advance()
            try expect("the output", await stage.start("Output").input.storedText, is: "out of A")
            let outputs = try PayloadCoder<[String]>.codable.value(await stage.start("Outputs").input)
            try expect("the outputs", outputs, is: ["out of B", "out of A", "out of B"])
            let failure = try PayloadCoder<TickerFailure>.codable.value(await stage.start("Failure").input)
            try expect("the failure", failure, is: bad.failure())
            try expect("the output of a failure", await stage.start("None").input.text, is: nil)
            try expect("outputs of which one is missing", await stage.start("Part").input.text, is: nil)
        },
        StoreBehaviour("an input is the same at every attempt") { stage in
            let input = NewInput.payload(try stage.text("in"))
            try await stage.add("Work", TickerOptions(retry: .fixed(maxAttempts: 3, every: .zero)), input: input)
            for _ in 0..<3 {
                let run = try await stage.start("Work")
                try expect("the input", run.input.storedText, is: "in")
                try await stage.fail(run)
                try await stage.advance()
            }
        },
        StoreBehaviour("what a ticker returned before a retry further up is not its output when it then fails") {
            stage in
            let ids = try await stage.add([
                PlannedStep("Root"), PlannedStep("Middle", after: [.step(0, .onFailure)]),
                PlannedStep("Last", after: [.step(1, .onCompletion)], input: .outputOfStep(1)),
            ])
            try await stage.breakDown("Root")
            try await stage.complete("Middle", "old")
            let last = try await stage.start("Last")
            try expect("the input at first", last.input.storedText, is: "old")
            try await stage.succeed(last)
            try await stage.retry(ids[0])
            try await stage.breakDown("Root")
            try await stage.breakDown("Middle")
            guard case .ended(_, let output) = try await stage.store.ending(of: ids[1], now: stage.time) else {
                throw ExpectationMismatch("its ending: expected one, found notYet", fileID: #fileID, line: #line)
            }
            try expect("the output of the failure", output.text, is: nil)
            let run = try await stage.start("Last")
            try expect("the input then", run.input.text, is: nil)
            let parents = try await stage.store.parents(of: run.lease, now: stage.time)
            try expect("what a handler reads of its parent", parents.map(\.output.text), is: [nil])
        },
        StoreBehaviour("nothing, an empty text and a mebibyte come back as they are") { stage in
            let large = String(repeating: "x", count: TickerLimits.payloadBytes - 2)
            for text in ["", " ", "\u{0}", large] {
                try await stage.add("Work", input: .payload(try stage.text(text)))
                let run = try await stage.start("Work")
                try expect("the input", run.input.storedText, is: text)
                try await stage.succeed(run, text)
                try await stage.advance()
                guard case .ended(_, let output) = try await stage.store.ending(of: run.lease.ticker, now: stage.time)
                else {
                    throw ExpectationMismatch("its ending: expected one, found notYet", fileID: #fileID, line: #line)
                }
                try expect("the output", output.storedText, is: text)
            }
            try await stage.add("Work")
            try expect("no input", await stage.start("Work").input.text, is: nil)
        },
    ]

    private static let texts: [StoreBehaviour] = [
        "'; DROP TABLE tickers; --", "\"quoted\" and `ticked`", "a\u{0}b", "🚀 Übung ١٢٣", "%_*?[a-z]",
        "line\nbreak\ttab",
        " leading and trailing ", "NULL", String(repeating: "long ", count: 40),
    ].map { text in
        StoreBehaviour("names and words may be \(text.debugDescription.prefix(40))") { stage in
            let key = LimitKey(text)
            let unique = UniqueKey(text)
            let options = TickerOptions(queue: text, tags: [text, "plain"], unique: unique, limitKey: key)
            var step = PlannedStep(text, options: options)
            step.metadata = [text: text]
            let stored = try await stage.add(NewWorkflow(text, steps: [step, PlannedStep("Plain")]))
            let id = stored.tickers[0]
            try await stage.advance()
            let ticker = try await stage.ticker(id)
            try expect("its function and queue", [ticker.function, ticker.queue], is: [text, text])
            try expect("its tags", ticker.tags, is: [text, "plain"])
            try expect("its metadata", ticker.metadata, is: [text: text])
            try expect("its workflow's name", await stage.workflow(of: id).name, is: text)
            for query in [TickerQuery(functions: [text]), TickerQuery(queues: [text]), TickerQuery(tags: [text])] {
                try expect("what is found", await stage.everything(query).map(\.id), is: [id])
            }
            try expect(
                "the workflow that is found",
                await stage.everyWorkflow(WorkflowQuery(names: [text])).count,
                is: 1
            )
            let twin = try await stage.add(text, TickerOptions(unique: unique))
            try expect("who holds the key", twin.id, is: id)
            try await stage.store.setPaused(text, true, now: stage.time)
            try await stage.advance()
            try expect("the paused queues", await stage.store.pausedQueues(), is: [text])
            try expect("its explanation", await stage.answer(id), is: .waitsForPlace([.queuePaused(text)]))
            try await stage.store.setPaused(text, false, now: stage.time)
            let run = try await stage.start(text)
            let progress = TickerProgress(fraction: 0.5, text: text)
            try await stage.store.report(progress, lease: run.lease)
            let failure = TickerFailure(
                ticker: id,
                function: text,
                attempts: 1,
                kind: .threw,
                errorType: text,
                message: text
            )
            try await stage.finish(run, .failed(failure, .never))
            try await stage.advance()
            try expect("its failure", await stage.ticker(id).failure, is: failure)
            try expect("its progress", await stage.ticker(id).progress, is: progress)
            try expect("its input, stored anew", await stage.start("Plain").input.text, is: nil)
        }
    }
}
