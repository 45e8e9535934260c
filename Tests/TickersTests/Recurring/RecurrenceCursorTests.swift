import Foundation
import Testing
import Tickers

@Suite("The cursor of a recurrence")
struct RecurrenceCursorTests {
    private static let start = Timestamp(second: 1_774_742_400)  // 2026-03-29 00:00 UTC
    private static let minutely = RecurrenceRule.every(.seconds(60))

    private static func at(_ seconds: Double) -> Timestamp { start.advanced(by: .seconds(seconds)) }

    /// A cursor with the rule and policy that a store would keep beside it.
    private struct Recurrence {
        var cursor = RecurrenceCursor(addedAt: start)
        var rule = minutely
        var missed = MissedPolicy.runOnce
        var watchedSince = start

        /// Time has come to so many seconds after the start; answers instants in seconds after it, with how many were
        /// missed.
        mutating func at(_ seconds: Double) -> [[Int]] {
            plan(seconds).occurrences.map { [Int($0.instant.since(start).inSeconds), $0.missed] }
        }

        mutating func plan(_ seconds: Double) -> RecurrencePlan {
            cursor.timePassed(
                to: RecurrenceCursorTests.at(seconds),
                rule: rule,
                missed: missed,
                watchedSince: watchedSince
            )
        }
    }

    @Test("each occurrence is created when its instant has come, once, and the next look is at the next one")
    func onTime() {
        var recurrence = Recurrence()
        #expect(recurrence.plan(0) == RecurrencePlan(next: Self.at(60)))
        #expect(recurrence.plan(59.999) == RecurrencePlan(next: Self.at(60)))
        let first = PlannedOccurrence(instant: Self.at(60), missed: 0)
        #expect(recurrence.plan(60) == RecurrencePlan(occurrences: [first], next: Self.at(120)))
        #expect(recurrence.plan(60) == RecurrencePlan(next: Self.at(120)))
        #expect(recurrence.at(119) == [])
        #expect(recurrence.at(120.5) == [[120, 0]])
        #expect(recurrence.cursor.created == 2)
        #expect(recurrence.cursor.through == Self.at(120.5))
    }

    /// A policy, and what is created after 24 hours away, at 30 seconds past a minute: instant and missed.
    static let downtime: [(MissedPolicy, [[Int]], left: Int)] = [
        (.skip, [], 1_440),
        (.runOnce, [[86_400, 1_439]], 0),
        (.runAll(limit: 3), [[86_280, 1_437], [86_340, 0], [86_400, 0]], 0),
        (.runAll(limit: 10_000), (1...1_440).map { [$0 * 60, 0] }, 0),
        (.within(.seconds(150)), [[86_280, 1_437], [86_340, 0], [86_400, 0]], 0),
        (.within(.seconds(20)), [], 1_440),
    ]

    @Test("what is created after a day away", arguments: downtime)
    func afterDowntime(policy: MissedPolicy, expected: [[Int]], left: Int) {
        var recurrence = Recurrence(missed: policy)
        _ = recurrence.plan(0)
        recurrence.watchedSince = Self.at(86_430)
        #expect(recurrence.at(86_430) == expected)
        #expect(recurrence.cursor.missed == left)
        #expect(recurrence.at(86_431) == [])
        // The next one is on time, and reports what was missed since the last.
        #expect(recurrence.at(86_460) == [[86_460, left]])
        #expect(recurrence.cursor.missed == 0)
    }

    @Test("of what came late to a scheduler that was there, the latest is on time within a minute")
    func overload() {
        for (late, expected) in [(30.0, [[300, 4]]), (59.9, [[300, 4]])] {
            var recurrence = Recurrence(missed: .skip)
            #expect(recurrence.at(300 + late) == expected)
        }
        var hourly = Recurrence(rule: .every(.seconds(3_600)), missed: .skip)
        #expect(hourly.at(3_661) == [])
        #expect(hourly.at(7_260) == [[7_200, 1]])
        // Away for a second at the wrong moment is away.
        var away = Recurrence(missed: .skip, watchedSince: Self.at(60))
        #expect(away.at(60.5) == [])
        #expect(away.at(120) == [[120, 1]])
    }

    @Test("a clock that goes back creates nothing again, and nothing is lost")
    func back() {
        var recurrence = Recurrence()
        #expect(recurrence.at(60) == [[60, 0]])
        #expect(recurrence.at(120) == [[120, 0]])
        for seconds in [119, 60, 0, -3_600, -1e9] { #expect(recurrence.at(seconds) == []) }
        #expect(recurrence.plan(30).next == Self.at(180))
        #expect(recurrence.at(120) == [])
        #expect(recurrence.at(180) == [[180, 0]])
    }

    @Test("a clock that shows next year for a while does not silence a rule until then")
    func glitch() {
        let year = 365.0 * 86_400
        var recurrence = Recurrence(rule: .every(.seconds(86_400)))
        #expect(recurrence.at(86_400) == [[86_400, 0]])
        #expect(recurrence.at(year + 10) == [[365 * 86_400, 363]])
        // Back in the second day: the days go on, each one on its instant.
        #expect(recurrence.at(90_000) == [])
        #expect(recurrence.plan(90_000).next == Self.at(2 * 86_400))
        for day in 2...364 { #expect(recurrence.at(Double(day) * 86_400) == [[day * 86_400, 0]]) }
        // The one that the glitch had created is not created again; the next one is.
        #expect(recurrence.at(year + 5) == [])
        #expect(recurrence.at(year + 10) == [])
        #expect(recurrence.plan(year + 10).next == Self.at(year + 86_400))
        #expect(recurrence.at(year + 86_400) == [[366 * 86_400, 0]])
        #expect(recurrence.cursor.created == 366)
    }

    @Test("nor do several such glitches, one within the other")
    func glitches() {
        let day = 86_400.0
        var recurrence = Recurrence(rule: .every(.seconds(day)))
        #expect(recurrence.at(365 * day + 10) == [[365 * 86_400, 364]])
        #expect(recurrence.at(day) == [[86_400, 0]])
        #expect(recurrence.at(182.5 * day) == [[182 * 86_400, 180]])
        #expect(recurrence.at(day + 60) == [])
        for number in 2...364 where number != 182 {
            #expect(recurrence.plan((Double(number) - 0.5) * day).next == Self.at(Double(number) * day))
            #expect(recurrence.at(Double(number) * day) == [[number * 86_400, 0]])
        }
        #expect(recurrence.plan(364.5 * day).next == Self.at(366 * day))
    }

    @Test("what is passed over again within what was passed over is missed, not forgotten")
    func missedWithin() {
        var recurrence = Recurrence(missed: .skip)
        #expect(recurrence.at(86_461) == [[86_460, 1_440]])
        recurrence.watchedSince = Self.at(600)
        #expect(recurrence.at(600) == [])
        #expect(recurrence.cursor.missed == 10)
        #expect(recurrence.at(660) == [[660, 10]])
        #expect(recurrence.at(660) == [])
    }

    @Test("paused it rests, and resumed it goes on from there without making up for anything")
    func pausing() {
        var recurrence = Recurrence()
        #expect(recurrence.at(60) == [[60, 0]])
        recurrence.cursor.paused()
        #expect(recurrence.plan(600) == RecurrencePlan())
        recurrence.cursor.resumed(at: Self.at(630))
        #expect(recurrence.plan(630) == RecurrencePlan(next: Self.at(660)))
        #expect(recurrence.at(660) == [[660, 0]])
        // Resuming what is not paused changes nothing.
        recurrence.cursor.resumed(at: Self.at(10_000))
        #expect(recurrence.at(720) == [[720, 0]])
    }

    @Test("a changed rule counts from the change on, and never goes behind what was decided")
    func ruleChange() {
        var recurrence = Recurrence(missed: .runAll(limit: 100))
        #expect(recurrence.at(60) == [[60, 0]])
        recurrence.rule = .every(.seconds(7))
        recurrence.cursor.ruleChanged(at: Self.at(50))
        #expect(recurrence.at(62).allSatisfy { $0[0] > 60 })
        recurrence.cursor.ruleChanged(at: Self.at(600))
        #expect(recurrence.at(600) == [])
    }

    @Test("an instant at which a clock that was set back is looked at comes when the clock goes back again")
    func lookedAtAnInstant() {
        var recurrence = Recurrence(missed: .skip, watchedSince: .distantPast)
        #expect(recurrence.at(60) == [[60, 0]])
        #expect(recurrence.at(-600) == [])
        #expect(recurrence.plan(-600).next == Self.at(-540))
        #expect(recurrence.at(-630) == [])
        #expect(recurrence.plan(-630).next == Self.at(-600))
        #expect(recurrence.at(-600) == [[-600, 0]])
        #expect(recurrence.at(-540) == [[-540, 0]])
    }

    @Test("a maximum counts what was created, and then it is over")
    func maximum() {
        var recurrence = Recurrence(rule: Self.minutely.atMost(3), missed: .runAll(limit: 100))
        #expect(recurrence.plan(60).next == Self.at(120))
        #expect(recurrence.plan(600).next == nil)
        #expect(recurrence.cursor.created == 3)
        #expect(recurrence.plan(660) == RecurrencePlan())
        var ending = Recurrence(rule: Self.minutely.ending(at: Self.at(120)))
        #expect(ending.plan(120).next == nil)
        #expect(ending.plan(86_400) == RecurrencePlan())
    }

    @Test(
        "ten years at once are one occurrence and an exact count",
        arguments: [
            (RecurrenceRule.cron("* * * * * *", in: .gmt), 315_532_800),
            (.every(.milliseconds(1)), 315_532_800_000),
            (.cron("0 2 * * *", in: .gmt), 3_652),
        ]
    )
    func tenYears(rule: RecurrenceRule, count: Int) {
        var recurrence = Recurrence(rule: rule)
        let plan = recurrence.plan(315_532_800)
        #expect(plan.occurrences.map(\.missed) == [count - 1])
        #expect(plan.passedOver == count - 1)
    }

    @Test("it is stored and comes back as it was")
    func stored() throws {
        var recurrence = Recurrence()
        _ = recurrence.plan(86_400)
        recurrence.cursor.paused()
        let data = try JSONEncoder().encode(recurrence.cursor)
        #expect(try JSONDecoder().decode(RecurrenceCursor.self, from: data) == recurrence.cursor)
    }

    /// Wall clocks that jump by a second to ten years either way, at random points of a life.
    @Test("no occurrence is created twice, the next look always creates one, and a step is bounded", arguments: 1...16)
    func jumps(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let rules: [RecurrenceRule] = [
            .every(.seconds(60)), .cron("*/5 * * * *", in: .gmt), .cron("30 2 * * *", in: .gmt), .every(.seconds(1)),
        ]
        let policies: [MissedPolicy] = [.skip, .runOnce, .runAll(limit: 20), .within(.seconds(600))]
        var recurrence = Recurrence(
            rule: rules[Int(seed) % 4],
            missed: policies[Int(seed) / 4 % 4],
            watchedSince: .distantPast
        )
        var wall = 0.0
        // In how many seconds the next look is.
        var next: Double?
        var seen: Set<Timestamp> = []
        for step in 0..<(isLong ? 10_000 : 500) {
            let span = [1.0, 60, 3_600, 86_400, 315_576_000][Int.random(in: 0..<5, using: &random)]
            let isJump = Int.random(in: 0..<10, using: &random) == 0
            if isJump {
                // Before the recurrence was added there is nothing to see.
                wall = abs(wall + Double.random(in: -span...span, using: &random))
            } else if let next, next < 2 * 86_400, Bool.random(using: &random) {
                wall += next
            } else {
                wall += 1
            }
            var copy = recurrence
            let plan = recurrence.plan(wall)
            #expect(plan == copy.plan(wall), "seed \(seed), step \(step)")
            let (after, again) = (recurrence.cursor, recurrence.plan(wall))
            #expect(again.occurrences == [] && recurrence.cursor == after, "seed \(seed), step \(step)")
            #expect(plan.occurrences.count <= 600, "seed \(seed), step \(step)")
            for occurrence in plan.occurrences {
                #expect(seen.insert(occurrence.instant).inserted, "\(occurrence) twice; seed \(seed), step \(step)")
                #expect(occurrence.instant <= Self.at(wall), "seed \(seed), step \(step)")
            }
            next = plan.next?.since(Self.at(wall)).inSeconds
            guard let look = plan.next else { continue }
            let nextPlan = copy.cursor.timePassed(
                to: look,
                rule: copy.rule,
                missed: copy.missed,
                watchedSince: copy.watchedSince
            )
            #expect(nextPlan.occurrences.last?.instant == look, "seed \(seed), step \(step)")
        }
        #expect(recurrence.cursor.created == seen.count)
        #expect(seen.count > 30, "seed \(seed)")
    }
}
