import Testing
import Tickers
import TickersTesting

@Suite("What was scheduled")
struct ScheduledTickersTests {
    enum Mail {
        static let send = TickerFunction<String, Void>("SendMail", aliases: ["Mail"])
        static let sweep = TickerFunction<Void, Void>("Sweep")
        static let count = TickerFunction<[Int], Int>("Count")
        static let alarm = TickerFunction<TickerFailure, Void>("Alarm")
        static let double = TickerFunction<Int, Int>("Double")
    }

    private let clock = VirtualClock(seed: 1)

    private func scheduled(
        encoding: PayloadEncoding = .never,
        _ body: (Scheduler) async throws -> Void
    ) async throws -> ScheduledTickers {
        let scheduler = Scheduler.recording(clock: clock, encoding: encoding)
        try await body(scheduler)
        return try await ScheduledTickers(of: scheduler)
    }

    private func mails() async throws -> ScheduledTickers {
        try await scheduled { scheduler in
            try await scheduler.schedule(Mail.send, "bob")
            try await scheduler.schedule(Mail.sweep)
            try await scheduler.schedule(Mail.send, "anna", due: .after(.seconds(30)))
        }
    }

    @Test("tells everything in the order in which it was added, though nothing is registered and nothing runs")
    func tellsAll() async throws {
        let scheduled = try await scheduled { scheduler in
            let options = TickerOptions(queue: "mails", priority: .high, tags: ["a", "b"])
            let mail = try await scheduler.schedule(Mail.send, "anna", due: .after(.seconds(60)), options: options)
            try await scheduler.schedule(Mail.sweep, following: mail.when(.onFailure))
            try await scheduler.schedule(Mail.double, 7, due: .at(clock.wall.advanced(by: .seconds(1))))
        }
        #expect(
            scheduled.description == """
                1. SendMail("anna"), after 60.0 seconds, queue mails, priority high, tags a b
                2. Sweep, at once, following SendMail (onFailure)
                3. Double(7), at 2026-01-01T00:00:01.000000Z
                """
        )
        let mail = scheduled.tickers[0]
        #expect(mail.due == .after(.seconds(60)))
        #expect(mail.queue == "mails" && mail.priority == .high && mail.tags == ["a", "b"] && mail.parents == [])
        #expect(mail.storedAt == clock.wall)
        #expect(scheduled.tickers[1].parents == [ScheduledTicker.Parent("SendMail", when: .onFailure)])
        #expect(scheduled.tickers[1].workflowID == mail.workflowID)
        #expect(try scheduled.inputs(of: Mail.send) == ["anna"])
        #expect(scheduled.tickers(of: Mail.sweep).map(\.id) == [scheduled.tickers[1].id])
    }

    @Test("a workflow's piped inputs are named by the steps that they come from, and are not known")
    func pipedInputs() async throws {
        let scheduled = try await scheduled { scheduler in
            var workflow = Workflow("numbers")
            let one = workflow.add(Mail.double, 1)
            let two = workflow.add(Mail.double, taking: one)
            workflow.add(Mail.count, taking: [one, two])
            try await scheduler.schedule(workflow)
            let chain = Workflow.begin(with: Mail.double, 3).onFailure(Mail.alarm)
            try await scheduler.schedule(chain.build())
        }
        #expect(
            scheduled.description == """
                1. Double(1), at once
                2. Double(output of Double), at once, following Double
                3. Count(outputs of Double, Double), at once, following Double, Double
                4. Double(3), at once
                5. Alarm(failure of Double), at once, following Double (onFailure)
                """
        )
        await expectError(.noOutput) { _ = try scheduled.inputs(of: Mail.double) }
        await expectError(.undecodablePayload) { _ = try scheduled.tickers[0].input(of: Mail.send) }
    }

    @Test("a ticker that is like the expected one is found, and given back")
    func expectPasses() async throws {
        let scheduled = try await mails()
        let anna = try scheduled.expect(Mail.send, "anna", due: .after(.seconds(30)))
        #expect(anna.map(\.id) == [scheduled.tickers[2].id])
        try scheduled.expect(Mail.send, "anna", due: .at(clock.wall.advanced(by: .seconds(30))))
        try scheduled.expect(Mail.send, "bob", due: .at(clock.wall))
        try scheduled.expect(Mail.send, times: 2)
        try scheduled.expect(Mail.sweep, due: .now)
        try scheduled.expectNone(of: Mail.double)
    }

    @Test("encoded inputs are compared as values")
    func encoded() async throws {
        let scheduled = try await scheduled(encoding: .always) { try await $0.schedule(Mail.count, [1, 2]) }
        #expect(scheduled.tickers[0].inputText == "[1,2]")
        try scheduled.expect(Mail.count, [1, 2])
        let message = mismatch { try scheduled.expect(Mail.count, [3]) }
        #expect(
            message == """
                Expected once, found never: Count([3])
                Count was scheduled once:
                  1. Count([1,2]), at once
                       input  expected   [3]
                              scheduled  [1, 2]
                """
        )
    }

    @Test("an input and a due time that differ are printed below what was expected")
    func differing() async throws {
        let scheduled = try await mails()
        let message = mismatch { try scheduled.expect(Mail.send, "anna", due: .after(.seconds(60))) }
        #expect(
            message == """
                Expected once, found never: SendMail("anna"), after 60.0 seconds
                SendMail was scheduled 2 times:
                  1. SendMail("bob"), at once
                       input  expected   "anna"
                              scheduled  "bob"
                       due    expected   after 60.0 seconds
                              scheduled  at once
                  3. SendMail("anna"), after 30.0 seconds
                       due  expected   after 60.0 seconds
                            scheduled  after 30.0 seconds
                """
        )
    }

    @Test("a function that was never scheduled is told with what was")
    func missing() async throws {
        let scheduled = try await mails()
        #expect(
            mismatch { try scheduled.expect(Mail.double, 7) } == """
                Expected once, found never: Double(7)
                Double was never scheduled; this was:
                  1. SendMail("bob"), at once
                  2. Sweep, at once
                  3. SendMail("anna"), after 30.0 seconds
                """
        )
        let nothing = try await self.scheduled { _ in }
        #expect(nothing.description == "Nothing was scheduled.")
        #expect(
            mismatch { try nothing.expect(Mail.sweep, times: 2) } == """
                Expected 2 times, found never: Sweep
                Nothing was scheduled.
                """
        )
    }

    @Test("one too many is told with all that are alike")
    func tooMany() async throws {
        let scheduled = try await mails()
        #expect(
            mismatch { try scheduled.expectNone(of: Mail.sweep) } == """
                Expected never, found once: Sweep
                Sweep was scheduled once:
                  2. Sweep, at once
                       is like it
                """
        )
        #expect(
            mismatch { try scheduled.expect(ExpectedTicker(Mail.send, queue: "default")) } == """
                Expected once, found 2 times: SendMail, queue default
                SendMail was scheduled 2 times:
                  1. SendMail("bob"), at once
                       is like it
                  3. SendMail("anna"), after 30.0 seconds
                       is like it
                """
        )
    }

    @Test("queue, priority, tags and parents are compared when they are expected")
    func options() async throws {
        let scheduled = try await scheduled { scheduler in
            let double = try await scheduler.schedule(Mail.double, 7)
            let options = TickerOptions(queue: "mails", priority: .low, tags: ["a"])
            try await scheduler.schedule(Mail.send, "anna", following: double, options: options)
        }
        let right = ExpectedTicker(Mail.send, "anna", queue: "mails", priority: .low, tags: ["a"])
            .following(Mail.double)
        try scheduled.expect(right)
        var wrong = right.following(Mail.sweep, when: .always)
        (wrong.queue, wrong.priority, wrong.tags) = ("default", .normal, ["a", "b"])
        #expect(
            mismatch { try scheduled.expect(wrong) } == """
                Expected once, found never: SendMail("anna"), queue default, priority normal, tags a b, \
                following Double, Sweep (always)
                SendMail was scheduled once:
                  2. SendMail("anna"), at once, queue mails, priority low, tags a, following Double
                       queue      expected   default
                                  scheduled  mails
                       priority   expected   normal
                                  scheduled  low
                       tags       expected   ["a", "b"]
                                  scheduled  ["a"]
                       following  expected   Double, Sweep (always)
                                  scheduled  Double
                """
        )
        var root = right
        root.parents = []
        let message = try #require(mismatch { try scheduled.expect(root) })
        #expect(message.contains("following  expected   nothing\n"))
    }

    @Test("a child's delay is not taken for an instant, since it counts from its release")
    func dueOfChildren() async throws {
        let scheduled = try await scheduled { scheduler in
            let double = try await scheduler.schedule(Mail.double, 7)
            try await scheduler.schedule(Mail.sweep, following: double, due: .after(.seconds(5)))
        }
        try scheduled.expect(Mail.sweep, due: .after(.seconds(5)))
        let instant = clock.wall.advanced(by: .seconds(5))
        #expect(mismatch { try scheduled.expect(Mail.sweep, due: .at(instant)) } != nil)
    }

    @Test("the exact list passes when it is right, under aliases too")
    func exactPasses() async throws {
        let old = TickerFunction<String, Void>("Mail")
        let scheduled = try await scheduled { scheduler in
            try await scheduler.schedule(old, "bob")
            try await scheduler.schedule(Mail.sweep)
        }
        try scheduled.expectExactly([ExpectedTicker(Mail.send, "bob"), ExpectedTicker(Mail.sweep, due: .now)])
        try await self.scheduled { _ in }.expectExactly([])
    }

    @Test("the exact list shows what differs, what is missing and what is too much, each in its place")
    func exactDiffers() async throws {
        let scheduled = try await mails()
        let message = mismatch {
            try scheduled.expectExactly([
                ExpectedTicker(Mail.double, 7, due: .now),
                ExpectedTicker(Mail.send, "bob"),
                ExpectedTicker(Mail.send, "anna", due: .after(.seconds(60))),
            ])
        }
        #expect(
            message == """
                The scheduled tickers differ from those expected:
                  − not scheduled: Double(7), at once
                  = 1. SendMail("bob"), at once
                  + 2. not expected: Sweep, at once
                  ≠ 3. SendMail("anna"), after 30.0 seconds
                         due  expected   after 60.0 seconds
                              scheduled  after 30.0 seconds
                """
        )
    }

    @Test("a long list is cut where nobody reads on")
    func cut() async throws {
        let scheduled = try await scheduled { scheduler in
            for number in 0..<150 { try await scheduler.schedule(Mail.double, number) }
        }
        let lines = scheduled.description.split(separator: "\n")
        #expect(lines.count == 101)
        #expect(lines.last == "… and 50 more lines")
    }

    @Test("an input that looks like the expected one and is another is told to be")
    func looksTheSame() async throws {
        struct Parcel: Codable, Sendable, Equatable, CustomStringConvertible {
            var weight: Int
            var description: String { "a parcel" }
        }
        let ship = TickerFunction<Parcel, Void>("Ship")
        let scheduled = try await scheduled { try await $0.schedule(ship, Parcel(weight: 1)) }
        let message = try #require(mismatch { try scheduled.expect(ship, Parcel(weight: 2)) })
        #expect(message.hasSuffix("scheduled  a parcel (not equal, though it looks the same)"))
        let other = TickerFunction<Int, Void>("Ship")
        let wrongType = try #require(mismatch { try scheduled.expect(other, 7) })
        #expect(wrongType.hasSuffix("scheduled  a parcel (not a Int)"))
    }

    @Test("the description names the line of the check")
    func line() async throws {
        let scheduled = try await mails()
        do {
            try scheduled.expect(Mail.double, fileID: "AppTests/MailTests.swift", line: 7)
            Issue.record("nothing was thrown")
        } catch let mismatch as ExpectationMismatch {
            #expect(mismatch.line == 7)
            #expect(mismatch.description.hasSuffix("\nExpected at AppTests/MailTests.swift:7."))
        }
    }

    @Test("what a running scheduler was given, and what its handlers added, is listed too")
    func ofRunningScheduler() async throws {
        let functions = registry { functions in
            functions.register(Mail.double) { number, context in
                try await context.schedule(Mail.sweep, due: .after(.seconds(5)))
                return number * 2
            }
            functions.register(Mail.sweep) { _ in }
        }
        try await virtually(functions, stores: StoreKind.listed) { scheduler, _ in
            try await scheduler.schedule(Mail.double, 7)
            try await scheduler.drain()
            let scheduled = try await ScheduledTickers(of: scheduler)
            let sweep = ExpectedTicker(Mail.sweep, due: .after(.seconds(5))).following(Mail.double)
            try scheduled.expectExactly([ExpectedTicker(Mail.double, 7), sweep])
        }
    }
}

/// What a check that should fail prints; `nil` when it passes.
func mismatch(_ check: () throws -> Void) -> String? {
    do {
        try check()
        return nil
    } catch let mismatch as ExpectationMismatch {
        return mismatch.message
    } catch {
        return "another error: \(error)"
    }
}
