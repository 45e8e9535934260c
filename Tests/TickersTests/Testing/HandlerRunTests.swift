import Testing
import Tickers
import TickersTesting

@Suite("One handler alone")
struct HandlerRunTests {
    typealias Order = CallSites.Order
    typealias Receipt = CallSites.Receipt
    typealias Shop = CallSites.Shop

    private let journal = Journal()

    @Test("the handler is called with input and context, and what it did is told")
    func calls() async throws {
        let functions = registry { CallSites.registerProcess(in: &$0, bank: CallSites.Bank(), journal: journal) }
        let order = Order(number: 5)
        let result = try await functions.run(Shop.process, order, attempt: 2)
        #expect(result.output == Receipt(order: 5))
        #expect(try result.get() == Receipt(order: 5))
        #expect(result.error == nil && result.signal == nil)
        #expect(result.end == .succeeded)
        #expect(result.progress == [TickerProgress(fraction: 0.4, text: "charged")])
        #expect(result.cancelledParents == [])
        #expect(result.duration == .zero)
        try result.children.expectExactly([
            ExpectedTicker(Shop.ship, order, due: .after(.seconds(300))).following(Shop.process),
            ExpectedTicker(Shop.log, order, due: .now).following(Shop.process, when: .inProgress),
        ])
        #expect(journal.lines == [#"["shop"] attempt 2 of 2"#])
    }

    @Test("a child that was not added is printed with those that were")
    func childrenDiffer() async throws {
        let functions = registry { CallSites.registerProcess(in: &$0, bank: CallSites.Bank(), journal: journal) }
        let result = try await functions.run(Shop.process, Order(number: 5, ships: false), attempt: 2)
        #expect(
            mismatch { try result.children.expect(Shop.ship) } == """
                Expected once, found never: ShipOrder
                ShipOrder was never scheduled; this was:
                  1. LogOrder(Order(number: 5, ships: false)), at once, following ProcessOrder (inProgress)
                """
        )
    }

    @Test("a wish for another attempt is told, and what a scheduler would make of it")
    func signals() async throws {
        let functions = registry { CallSites.registerProcess(in: &$0, bank: CallSites.Bank(), journal: journal) }
        let result = try await functions.run(Shop.process, Order(number: 5))
        #expect(result.output == nil)
        #expect(result.signal == .retry(after: .seconds(30)))
        #expect(result.end == .retrying(after: .seconds(30)))
        let signals = registry { $0.register(Plain.echo) { number, _ in throw TickerSignal.snooze(.seconds(number)) } }
        #expect(try await signals.run(Plain.echo, 7).end == .snoozed(.seconds(7)))
    }

    @Test("what an error comes to follows from the policy and the attempt")
    func ends() async throws {
        let functions = registry { $0.register(Plain.fail) { _, _ in throw Broken() } }
        let policy = TickerOptions(retry: .fixed(maxAttempts: 3, every: .seconds(5)))
        let second = try await functions.run(Plain.fail, 1, attempt: 2, options: policy)
        #expect(second.end == .retrying(after: .seconds(5)))
        #expect(second.error is Broken)
        let third = try await functions.run(Plain.fail, 1, attempt: 3, options: policy)
        guard case .failed(let failure) = third.end else {
            Issue.record("the third attempt ended as \(third.end)")
            return
        }
        #expect(failure.message == "broken on purpose")
        #expect(failure.attempts == 3)
        let picky = TickerOptions(retry: RetryPolicy.fixed(maxAttempts: 3, every: .zero).retrying { !($0 is Broken) })
        guard case .failed = try await functions.run(Plain.fail, 1, options: picky).end else {
            Issue.record("an error that the filter refuses was retried")
            return
        }
    }

    @Test("the context is made up as the test says")
    func context() async throws {
        let functions = registry { functions in
            functions.register(Plain.note) { text, context in
                let values = [
                    text, context.function, "\(context.attempt) of \(context.maxAttempts)", context.queue,
                    "\(context.tags)", "\(context.scheduledFor)", "\(context.isCancelled)",
                ]
                try await context.report(progress: 1, values.joined(separator: ", "))
            }
        }
        let options = TickerOptions(queue: "mails", retry: .fixed(maxAttempts: 4, every: .zero), tags: ["a"])
        let result = try await functions.run(
            Plain.note,
            "hello",
            attempt: 3,
            options: options,
            scheduledFor: Timestamp(microseconds: 0)
        )
        let expected = #"hello, Note, 3 of 4, mails, ["a"], 1970-01-01T00:00:00.000000Z, false"#
        #expect(result.progress.map(\.text) == [expected])
    }

    @Test("it finds the parents that the test gives it")
    func parents() async throws {
        let functions = registry { functions in
            functions.register(Plain.tick) { context in
                let parents = try await context.parents()
                #expect(try parents.output(of: Plain.echo) == 7)
                #expect(try parents.outputs(of: Plain.echo) == [7, 8])
                #expect(parents.failures.values.sorted() == ["no stock"])
                #expect(parents.counts.succeeded == 3)
                #expect(parents.counts.failed == 1)
                #expect(parents.counts.cancelled == 1)
                #expect(parents.counts.skipped == 1)
                #expect(parents.counts.running == 1)
                #expect(parents.counts.notStarted == 2)
                #expect(try await context.cancelUnstartedParents() == 2)
                #expect(try await context.parents().counts.cancelled == 3)
                #expect(try await context.cancelUnendedParents() == 1)
                await expectError(.notAParent) { _ = try await context.output(of: Shop.process) }
                await expectError(.noOutput) { _ = try await context.output(of: Plain.fail) }
            }
        }
        let result = try await functions.run(
            Plain.tick,
            parents: [
                .succeeded(Plain.echo, 7), .succeeded(Plain.echo, 8), .succeeded(Plain.note),
                .failed(Plain.fail, "no stock"), .cancelled(Plain.note), .skipped(Plain.note),
                .running(Plain.slow), .notStarted(Plain.note), .notStarted(Plain.tick),
            ]
        )
        #expect(result.end == .succeeded, "\(String(describing: result.error))")
        #expect(result.cancelledParents == ["Note", "Tick", "Slow"])
    }

    @Test("a handler that sleeps comes back at once, in a run of its own or in the one under way")
    func sleeps() async throws {
        let functions = registry { functions in
            functions.register(Plain.slow) { number, context in
                try await context.clock.sleep(for: .seconds(number))
                return number
            }
        }
        #expect(try await functions.run(Plain.slow, 3_600).duration == .seconds(3_600))
        let clock = VirtualClock(seed: 5)
        try await clock.run { [functions] in
            let result = try await functions.run(Plain.slow, 60, clock: clock)
            #expect(result.duration == .seconds(60))
            #expect(clock.elapsed == .seconds(60))
        }
    }

    @Test("a handler that is told to stop ends as cancelled if it throws, as succeeded if it returns")
    func stops() async throws {
        let functions = registry { functions in
            functions.register(Plain.slow) { number, context in
                try await context.clock.sleep(for: .seconds(60))
                return number
            }
            functions.register(Plain.echo) { number, context in
                #expect(context.isCancelled)
                #expect(Task.isCancelled)
                return number
            }
        }
        let stopped = try await functions.run(Plain.slow, 1, stopAfter: .seconds(10))
        #expect(stopped.end == .cancelled)
        #expect(stopped.error is CancellationError)
        #expect(stopped.duration == .seconds(10))
        let inTime = try await functions.run(Plain.slow, 1, stopAfter: .seconds(61))
        #expect(inTime.output == 1)
        #expect(inTime.duration == .seconds(60))
        #expect(try await functions.run(Plain.slow, 1, stopAfter: .zero).end == .cancelled)
        #expect(try await functions.run(Plain.echo, 7, stopAfter: .zero).output == 7)
    }

    @Test("blocking handlers run on a thread of their own")
    func blocking() async throws {
        let functions = registry { functions in
            functions.registerBlocking(Plain.echo) { number, context in
                try context.checkCancellation()
                return number + 1
            }
        }
        #expect(try await functions.run(Plain.echo, 7).output == 8)
        #expect(try await functions.run(Plain.echo, 7, stopAfter: .zero).end == .cancelled)
    }

    @Test("the context refuses everything once the handler has come back")
    func contextAfterwards() async throws {
        let kept = Recorder<TickerContext>()
        let functions = registry { $0.register(Plain.tick) { context in kept.add(context) } }
        _ = try await functions.run(Plain.tick)
        let context = try #require(kept.values.first)
        await expectError(.attemptEnded) { try await context.report(progress: 1) }
        await expectError(.attemptEnded) { try await context.schedule(Plain.tick) }
        await expectError(.attemptEnded) { _ = try await context.parents() }
    }

    @Test("bad calls are refused, and bad children as a scheduler refuses them")
    func refuses() async throws {
        let functions = registry { functions in
            functions.register(Plain.echo) { number, _ in number }
            functions.register(Plain.tick) { context in
                try await context.schedule(Plain.note, "", due: .after(.seconds(-1)))
            }
        }
        await expectError(.unregisteredFunction) { _ = try await functions.run(Plain.fail, 1) }
        await expectError(.invalidArgument) { _ = try await functions.run(Plain.echo, 1, attempt: 0) }
        let wrongType = TickerFunction<String, Int>("Echo")
        let result = try await functions.run(wrongType, "seven")
        #expect((result.error as? TickerError)?.code == .undecodablePayload)
        let child = try await functions.run(Plain.tick)
        #expect((child.error as? TickerError)?.code == .invalidArgument)
        #expect(child.children.tickers.isEmpty)
    }

    @Test("a handler that waits for what can never come ends the call")
    func stalls() async throws {
        let functions = registry { functions in
            functions.register(Plain.tick) { _ in
                let (stream, _) = AsyncStream<Never>.makeStream()
                for await _ in stream {}
            }
        }
        await #expect(throws: VirtualClockError.self) { _ = try await functions.run(Plain.tick) }
    }
}
