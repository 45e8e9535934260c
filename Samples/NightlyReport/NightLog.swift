import Foundation
import Synchronization
import Tickers

/// The clock on the wall in Berlin.
struct Berlin: Sendable {
    private let calendar: Calendar

    /// Fails where the system does not know the zone.
    init?() {
        guard let zone = TimeZone(identifier: "Europe/Berlin") else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        self.calendar = calendar
    }

    var zone: TimeZone { calendar.timeZone }

    /// An instant in March 2026, or after it.
    func march(_ day: Int, hour: Int = 0) throws -> Timestamp {
        guard let date = calendar.date(from: DateComponents(year: 2026, month: 3, day: day, hour: hour)) else {
            throw Otherwise(description: "there is no \(day) March")
        }
        return Timestamp(date)
    }

    func day(of instant: Timestamp) -> Int { calendar.component(.day, from: instant.date) }

    /// `29 Mar 03:00`
    func text(_ instant: Timestamp) -> String { Self.text(instant, in: calendar) }

    /// The same in UTC.
    func utc(_ instant: Timestamp) -> String {
        var calendar = calendar
        calendar.timeZone = .gmt
        return Self.text(instant, in: calendar)
    }

    /// Whether the clock is changed on the day of an instant.
    func changes(on instant: Timestamp) -> Bool {
        let begin = calendar.startOfDay(for: instant.date)
        guard let end = calendar.date(byAdding: .day, value: 1, to: begin) else { return false }
        return zone.secondsFromGMT(for: begin) != zone.secondsFromGMT(for: end)
    }

    private static func text(_ instant: Timestamp, in calendar: Calendar) -> String {
        let parts = calendar.dateComponents([.month, .day, .hour, .minute], from: instant.date)
        let month = parts.month == 3 ? "Mar" : parts.month == 4 ? "Apr" : "Feb"
        return [twoDigits(parts.day), month, "\(twoDigits(parts.hour)):\(twoDigits(parts.minute))"].joined(
            separator: " "
        )
    }

    private static func twoDigits(_ number: Int?) -> String {
        let text = "\(number ?? 0)"
        return text.count < 2 ? "0" + text : text
    }
}

/// What was done in which night.
final class NightLog: Sendable {
    struct Night: Sendable {
        var occurrence: Occurrence
        var began: Timestamp
        var ended: Timestamp?
        var rows = 0
    }

    let berlin: Berlin
    private let state = Mutex<[Night]>([])

    init(_ berlin: Berlin) { self.berlin = berlin }

    var nights: [Night] { state.withLock { $0 } }

    func began(_ occurrence: Occurrence?, at instant: Timestamp) {
        guard let occurrence else { return }
        state.withLock { $0.append(Night(occurrence: occurrence, began: instant)) }
    }

    func ended(_ occurrence: Occurrence?, rows: Int, at instant: Timestamp) {
        state.withLock { nights in
            guard let index = nights.lastIndex(where: { $0.occurrence == occurrence }) else { return }
            nights[index].ended = instant
            nights[index].rows = rows
        }
    }

    /// One line: for when, in Berlin and in UTC, from when to when, and what was out of the ordinary.
    func line(_ night: Night) -> String {
        let instant = night.occurrence.instant
        var notes: [String] = []
        if berlin.changes(on: instant) { notes.append("the clock goes from 02:00 to 03:00") }
        if night.began > instant { notes.append("late, the process was down") }
        if let ended = night.ended, ended.since(night.began) > .seconds(86_400) { notes.append("a day long") }
        if night.occurrence.missed > 0 { notes.append("stands for \(night.occurrence.missed) more") }
        let ended = night.ended.map(berlin.text) ?? "not yet"
        let cells = [berlin.text(instant), berlin.utc(instant), berlin.text(night.began), ended, "\(night.rows)"]
        let note = notes.isEmpty ? "" : "  <- " + notes.joined(separator: ", ")
        return cells.joined(separator: "   ") + note
    }
}
