import Foundation
import Tickers

/// What the guide to recurring work shows: compiled here, run by ``RecurringGuideTests``.
enum RecurringGuide {
    struct Moonrises: RecurrenceSchedule {
        func next(after instant: Timestamp) -> Timestamp? {
            RecurrenceRule.every(.seconds(89_400), anchor: Timestamp(microseconds: 0)).next(after: instant)
        }
    }

    static func rules(in berlin: TimeZone, opening: Timestamp, closing: Timestamp) -> [RecurrenceRule] {
        // snippet: guide-recurring-rules
        let rules: [RecurrenceRule] = [
            .every(.seconds(30)),  // whole half minutes; .every(.seconds(30), anchor: opening) counts from there
            .cron("0 2 * * *", in: berlin),
            .cron("*/15 9-17 * * MON-FRI", in: berlin),
            .daily(at: TimeOfDay(2, 30), in: berlin),
            .weekly(on: [.monday, .thursday], at: TimeOfDay(9), in: berlin),
            .once(opening),
            .custom("moonrises", Moonrises()),
        ]
        // end snippet
        // snippet: guide-recurring-bounds
        let season = RecurrenceRule.cron("0 6 * * *", in: berlin)
            .starting(at: opening)
            .ending(at: closing)
            .atMost(100)
            .jittered(by: .seconds(60))
        // end snippet
        return rules + [season]
    }

    static func preview(in berlin: TimeZone, after now: Timestamp) -> [String] {
        // snippet: guide-recurring-preview
        let rule = RecurrenceRule.cron("30 2 * * SUN", in: berlin)
        let instants = rule.upcoming(after: now, limit: 3)
        // end snippet
        return instants.map { "\($0)" }
    }

    static func problem() -> String {
        var text = ""
        func print(_ line: String) { text = line }
        // snippet: guide-recurring-problem
        do {
            try RecurrenceRule.cron("0 2 * * MUN", in: .gmt).validate()
        } catch {
            print("\(error)")
        }
        // end snippet
        return text
    }

    static func policies(in berlin: TimeZone) -> [RecurrenceRule] {
        // snippet: guide-recurring-clock-change
        let nightly = RecurrenceRule.cron("30 2 * * *", in: berlin)
        let strict = nightly.onClockChange(skipped: .skip, repeated: .both)
        // end snippet
        return [nightly, strict]
    }
}
