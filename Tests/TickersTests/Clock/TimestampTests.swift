import Foundation
import Testing
import Tickers

@Suite struct TimestampTests {
    private static let texts: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00.000000Z"),
        (1, "1970-01-01T00:00:00.000001Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
        (951_868_800_000_000, "2000-03-01T00:00:00.000000Z"),
        (1_767_225_600_000_000, "2026-01-01T00:00:00.000000Z"),
        (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
        (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
        (-2_208_988_800_000_000, "1900-01-01T00:00:00.000000Z"),
        (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
        (-62_167_219_200_000_000, "0000-01-01T00:00:00.000000Z"),
        (-62_167_219_200_000_001, "-0001-12-31T23:59:59.999999Z"),
        (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        (3_093_527_980_800_000_000, "100000-01-01T00:00:00.000000Z"),
        (.min, "distant past"),
        (.max, "distant future"),
    ]

    @Test(arguments: texts)
    func textForm(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).description == text)
    }

    @Test func textFormAgreesWithFoundationOverFourCenturies() {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: false)
        for day in stride(from: -200 * 365, to: 200 * 365, by: 13) {
            let timestamp = Timestamp(microseconds: Int64(day) * 86_400_000_000 + 45_296_000_000)
            let text = timestamp.description.replacingOccurrences(of: ".000000Z", with: "Z")
            #expect(text == timestamp.date.formatted(style))
        }
    }

    @Test func arithmeticStopsAtTheEnds() {
        let past = Timestamp.distantPast
        let future = Timestamp.distantFuture
        #expect(future.advanced(by: .seconds(1)) == future)
        #expect(past.advanced(by: .seconds(-1)) == past)
        #expect(future.advanced(by: .seconds(Int64.max)) == future)
        #expect(Timestamp(microseconds: 0).advanced(by: .seconds(Int64.max)) == future)
        #expect(Timestamp(microseconds: 0).advanced(by: .seconds(Int64.min)) == past)
        #expect(past.advanced(by: .zero) == past)
        #expect(future.since(past) == .microseconds(Int64.max))
        #expect(past.since(future) == .microseconds(Int64.min))
        #expect(past.since(past) == .zero)
        #expect(MonotonicInstant(nanoseconds: .max).advanced(by: .nanoseconds(1)).nanoseconds == .max)
        #expect(MonotonicInstant(nanoseconds: .min).advanced(by: .seconds(-1)).nanoseconds == .min)
        #expect(MonotonicInstant(nanoseconds: .min).since(.init(nanoseconds: .max)) == .nanoseconds(Int64.min))
    }

    @Test func partsOfAMicrosecondCountAsLater() {
        let epoch = Timestamp(microseconds: 0)
        #expect(epoch.advanced(by: .nanoseconds(1)).microseconds == 1)
        #expect(epoch.advanced(by: .nanoseconds(1_000)).microseconds == 1)
        #expect(epoch.advanced(by: .nanoseconds(1_001)).microseconds == 2)
        #expect(epoch.advanced(by: .nanoseconds(-1)).microseconds == 0)
        #expect(epoch.advanced(by: .nanoseconds(-1_001)).microseconds == -1)
        #expect(epoch.advanced(by: Duration(secondsComponent: 0, attosecondsComponent: 1)).microseconds == 1)
    }

    @Test func datesOfFarYears() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let old = try #require(calendar.date(from: DateComponents(year: 1, month: 1, day: 3)))
        // Foundation's calendar is Julian before 1582: its third of January of the year 1 is the proleptic first.
        #expect(Timestamp(old).description == "0001-01-01T00:00:00.000000Z")
        let far = Date(timeIntervalSince1970: 3_093_527_980_800)
        #expect(Timestamp(far).description == "100000-01-01T00:00:00.000000Z")
        #expect(Timestamp(far).date == far)
    }

    @Test func datesOutsideTheRange() {
        #expect(Timestamp(Date(timeIntervalSince1970: .infinity)) == .distantFuture)
        #expect(Timestamp(Date(timeIntervalSince1970: -.infinity)) == .distantPast)
        #expect(Timestamp(Date(timeIntervalSince1970: .nan)) == .distantFuture)
        #expect(Timestamp(Date(timeIntervalSince1970: 1e300)) == .distantFuture)
        #expect(Timestamp(Date(timeIntervalSince1970: -1e300)) == .distantPast)
        #expect(Timestamp(Date(timeIntervalSince1970: 9_223_372_036_855)) == .distantFuture)
        #expect(Timestamp(Date.distantFuture) > Timestamp(microseconds: 0))
        #expect(Timestamp(Date.distantPast) < Timestamp(microseconds: 0))
        #expect(Timestamp.distantFuture.date > Date.distantFuture)
    }

    @Test func datesRoundDownToAMicrosecond() {
        #expect(Timestamp(Date(timeIntervalSince1970: 0.000_001_5)).microseconds == 1)
        #expect(Timestamp(Date(timeIntervalSince1970: -0.000_001_5)).microseconds == -2)
    }

    @Test func todaysInstantsSurviveFoundation() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<1_000 {
            let instant = Timestamp(microseconds: .random(in: 0...4_000_000_000_000_000, using: &random))
            let away = Timestamp(instant.date).microseconds - instant.microseconds
            #expect((-1...1).contains(away), "\(instant) came back \(away) µs away (seed 4)")
        }
    }

    @Test func dueDateThatIsNotANumberIsRefused() async throws {
        let functions = registry { $0.register(Plain.tick) { _ in } }
        let scheduler = Scheduler(functions: functions)
        await expectError(.invalidArgument) {
            try await scheduler.schedule(Plain.tick, due: .at(Date(timeIntervalSince1970: .nan)))
        }
    }

    @Test func codableIsExact() throws {
        let instants = [Timestamp.distantPast, .distantFuture, Timestamp(microseconds: 1_767_225_600_123_457)]
        let bytes = try JSONEncoder().encode(instants)
        #expect(try JSONDecoder().decode([Timestamp].self, from: bytes) == instants)
    }
}
