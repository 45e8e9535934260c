import Foundation
import Testing
import Tickers

/// What expressions mean, as literal occurrences in UTC. 2026-01-01 is a Thursday.
@Suite("The meaning of cron expressions")
struct CronMeaningTests {
    /// An expression, and its first occurrences from 2026-01-01 00:00 on, that instant included, without `:00` seconds.
    static let table: [(String, [String])] = [
        ("* * * * *", ["2026-01-01 00:00", "2026-01-01 00:01", "2026-01-01 00:02"]),
        ("59 23 31 12 *", ["2026-12-31 23:59", "2027-12-31 23:59"]),
        ("0 2 * * *", ["2026-01-01 02:00", "2026-01-02 02:00"]),
        ("\t30   14 * *  * ", ["2026-01-01 14:30", "2026-01-02 14:30"]),
        // Lists, ranges, steps.
        ("5,10,7-8 0 * * *", ["2026-01-01 00:05", "2026-01-01 00:07", "2026-01-01 00:08", "2026-01-01 00:10"]),
        ("*/25 0 * * *", ["2026-01-01 00:00", "2026-01-01 00:25", "2026-01-01 00:50", "2026-01-02 00:00"]),
        ("5/25 0 * * *", ["2026-01-01 00:05", "2026-01-01 00:30", "2026-01-01 00:55", "2026-01-02 00:05"]),
        ("10-20/5 0 * * *", ["2026-01-01 00:10", "2026-01-01 00:15", "2026-01-01 00:20", "2026-01-02 00:10"]),
        ("0 0 */10 1 *", ["2026-01-01 00:00", "2026-01-11 00:00", "2026-01-21 00:00", "2026-01-31 00:00"]),
        ("00 007 * * *", ["2026-01-01 07:00", "2026-01-02 07:00"]),
        // Ranges that go round.
        ("0 22-2/2 * * *", ["2026-01-01 00:00", "2026-01-01 02:00", "2026-01-01 22:00", "2026-01-02 00:00"]),
        ("58-1 0 * * *", ["2026-01-01 00:00", "2026-01-01 00:01", "2026-01-01 00:58", "2026-01-01 00:59"]),
        ("0 0 30-1 * *", ["2026-01-01 00:00", "2026-01-30 00:00", "2026-01-31 00:00", "2026-02-01 00:00"]),
        ("0 0 1 nov-feb *", ["2026-01-01 00:00", "2026-02-01 00:00", "2026-11-01 00:00", "2026-12-01 00:00"]),
        ("0 0 * * FRI-MON", ["2026-01-02 00:00", "2026-01-03 00:00", "2026-01-04 00:00", "2026-01-05 00:00"]),
        ("0 0 * * 6-1", ["2026-01-03 00:00", "2026-01-04 00:00", "2026-01-05 00:00", "2026-01-10 00:00"]),
        // Sunday is 0 and 7.
        ("0 0 * * 0", ["2026-01-04 00:00", "2026-01-11 00:00"]),
        ("0 0 * * 7", ["2026-01-04 00:00", "2026-01-11 00:00"]),
        ("0 0 * * sun", ["2026-01-04 00:00", "2026-01-11 00:00"]),
        ("0 0 * * 5-7", ["2026-01-02 00:00", "2026-01-03 00:00", "2026-01-04 00:00", "2026-01-09 00:00"]),
        ("0 0 * * 7-2", ["2026-01-04 00:00", "2026-01-05 00:00", "2026-01-06 00:00", "2026-01-11 00:00"]),
        ("0 0 * * 0-7", ["2026-01-01 00:00", "2026-01-02 00:00", "2026-01-03 00:00", "2026-01-04 00:00"]),
        ("0 0 * * 7/3", ["2026-01-03 00:00", "2026-01-04 00:00", "2026-01-07 00:00", "2026-01-10 00:00"]),
        ("0 0 * * MON,WED,5", ["2026-01-02 00:00", "2026-01-05 00:00", "2026-01-07 00:00", "2026-01-09 00:00"]),
        // The last days of months.
        ("0 0 L * *", ["2026-01-31 00:00", "2026-02-28 00:00", "2026-03-31 00:00", "2026-04-30 00:00"]),
        ("0 0 L 2 *", ["2026-02-28 00:00", "2027-02-28 00:00", "2028-02-29 00:00"]),
        ("0 0 L-3 * *", ["2026-01-28 00:00", "2026-02-25 00:00", "2026-03-28 00:00", "2026-04-27 00:00"]),
        ("0 0 L-30 * *", ["2026-01-01 00:00", "2026-03-01 00:00", "2026-05-01 00:00", "2026-07-01 00:00"]),
        ("0 0 1,L * ?", ["2026-01-01 00:00", "2026-01-31 00:00", "2026-02-01 00:00", "2026-02-28 00:00"]),
        // The nearest days from Monday to Friday. 15 February and 15 March 2026 are Sundays, 15 August is a Saturday.
        ("0 0 15W * *", ["2026-01-15 00:00", "2026-02-16 00:00", "2026-03-16 00:00", "2026-04-15 00:00"]),
        ("0 0 15w 8 ?", ["2026-08-14 00:00"]),
        ("0 0 1W 2,8 *", ["2026-02-02 00:00", "2026-08-03 00:00"]),
        ("0 0 31W * *", ["2026-01-30 00:00", "2026-03-31 00:00", "2026-05-29 00:00", "2026-07-31 00:00"]),
        ("0 0 LW * *", ["2026-01-30 00:00", "2026-02-27 00:00", "2026-03-31 00:00", "2026-04-30 00:00"]),
        ("0 0 L-3W * *", ["2026-01-28 00:00", "2026-02-25 00:00", "2026-03-27 00:00", "2026-04-27 00:00"]),
        ("0 0 1W,15W 2 *", ["2026-02-02 00:00", "2026-02-16 00:00"]),
        // Days of the week by their number in the month.
        ("0 0 * * 5#3", ["2026-01-16 00:00", "2026-02-20 00:00", "2026-03-20 00:00"]),
        ("0 0 * * THU#1", ["2026-01-01 00:00", "2026-02-05 00:00", "2026-03-05 00:00"]),
        ("0 0 * * THU#5", ["2026-01-29 00:00", "2026-04-30 00:00", "2026-07-30 00:00"]),
        ("0 0 * * 7#1,SUN#5", ["2026-01-04 00:00", "2026-02-01 00:00", "2026-03-01 00:00", "2026-03-29 00:00"]),
        ("0 0 * * 5L", ["2026-01-30 00:00", "2026-02-27 00:00", "2026-03-27 00:00"]),
        ("0 0 * * SATL,1", ["2026-01-05 00:00", "2026-01-12 00:00", "2026-01-19 00:00", "2026-01-26 00:00"]),
        // Both day fields: either, unless one of them begins with a star.
        ("0 0 13 * FRI", ["2026-01-02 00:00", "2026-01-09 00:00", "2026-01-13 00:00", "2026-01-16 00:00"]),
        ("0 0 13 2 FRI#2", ["2026-02-13 00:00", "2027-02-12 00:00", "2027-02-13 00:00"]),
        ("0 0 */2 * MON", ["2026-01-05 00:00", "2026-01-19 00:00", "2026-02-09 00:00"]),
        ("0 0 1-31/2 1 MON", ["2026-01-01 00:00", "2026-01-03 00:00", "2026-01-05 00:00", "2026-01-07 00:00"]),
        ("0 0 1,15 * */2", ["2026-01-01 00:00", "2026-01-15 00:00", "2026-02-01 00:00", "2026-02-15 00:00"]),
        ("0 0 13 * ?", ["2026-01-13 00:00", "2026-02-13 00:00"]),
        ("0 0 ? * ?", ["2026-01-01 00:00", "2026-01-02 00:00"]),
        ("0 0 29 2 *", ["2028-02-29 00:00", "2032-02-29 00:00"]),
        ("0 0 31 * *", ["2026-01-31 00:00", "2026-03-31 00:00", "2026-05-31 00:00", "2026-07-31 00:00"]),
        // Words.
        ("@yearly", ["2026-01-01 00:00", "2027-01-01 00:00"]),
        ("@annually", ["2026-01-01 00:00", "2027-01-01 00:00"]),
        ("@monthly", ["2026-01-01 00:00", "2026-02-01 00:00"]),
        ("@weekly", ["2026-01-04 00:00", "2026-01-11 00:00"]),
        ("@daily", ["2026-01-01 00:00", "2026-01-02 00:00"]),
        ("@MIDNIGHT", ["2026-01-01 00:00", "2026-01-02 00:00"]),
        (" @hourly ", ["2026-01-01 00:00", "2026-01-01 01:00"]),
    ]

    @Test("each names these instants", arguments: table)
    func occurrences(text: String, expected: [String]) throws {
        let before = try Timestamp("2025-12-31T23:59:59.999999Z")
        let rule = RecurrenceRule.cron(text, in: .gmt)
        let found = rule.upcoming(after: before, limit: expected.count)
        #expect(found.map(\.short) == expected.map { $0 + ":00" }, "\(rule.problems)")
    }

    @Test("six fields begin with the second")
    func seconds() throws {
        let start = try Timestamp("2026-01-01T00:00:07Z")
        let rule = RecurrenceRule.cron("*/20 30-31 8 * * *", in: .gmt)
        let expected = [
            "2026-01-01 08:30:00", "2026-01-01 08:30:20", "2026-01-01 08:30:40", "2026-01-01 08:31:00",
        ]
        #expect(rule.upcoming(after: start, limit: 4).map(\.short) == expected)
        #expect(RecurrenceRule.cron("15 0 0 * * *", in: .gmt).next(after: start)?.short == "2026-01-01 00:00:15")
    }

    @Test("the next is later than the instant asked about, also within a second")
    func later() throws {
        let rule = RecurrenceRule.cron("* * * * * *", in: .gmt)
        let instant = try Timestamp("2026-01-01T00:00:07Z")
        #expect(rule.next(after: instant)?.short == "2026-01-01 00:00:08")
        #expect(rule.next(after: Timestamp(microseconds: instant.microseconds - 1)) == instant)
        #expect(rule.next(after: Timestamp(microseconds: instant.microseconds + 1))?.short == "2026-01-01 00:00:08")
    }

    @Test("an expression matches its occurrences and nothing beside them")
    func matches() throws {
        let expression = try CronExpression("30 2 * * *")
        let berlin = try zone("Europe/Berlin")
        #expect(expression.matches(try Timestamp("2026-06-01T00:30:00Z"), in: berlin))
        #expect(!expression.matches(try Timestamp("2026-06-01T00:30:00.000001Z"), in: berlin))
        #expect(!expression.matches(try Timestamp("2026-06-01T00:30:00Z"), in: .gmt))
        // The end of the gap stands for 02:30.
        #expect(expression.matches(try Timestamp("2026-03-29T01:00:00Z"), in: berlin))
        #expect(!expression.matches(.distantPast, in: berlin))
    }

    @Test("a wildcard or a step in the times makes it go by real time, one in the days does not")
    func realTime() throws {
        for text in ["* 2 * * *", "0 * * * *", "*/5 2 * * *", "5/10 2 * * *", "0 9-17/2 * * *", "* 0 2 * * *"] {
            #expect(try CronExpression(text).goesByRealTime, "\(text)")
        }
        for text in ["0 2 * * *", "0,30 9-17 * * *", "0 0 0 */2 */3 *", "@daily"] {
            #expect(try !CronExpression(text).goesByRealTime, "\(text)")
        }
    }

    @Test("it is stored as its text")
    func stored() throws {
        let expression = try CronExpression("0 2 * * MON")
        let data = try JSONEncoder().encode([expression])
        #expect(String(decoding: data, as: UTF8.self) == "[\"0 2 * * MON\"]")
        #expect(try JSONDecoder().decode([CronExpression].self, from: data) == [expression])
        #expect("\(expression)" == "0 2 * * MON")
        let broken = Data("[\"0 2 * * MUN\"]".utf8)
        #expect(throws: TickerError.self) { try JSONDecoder().decode([CronExpression].self, from: broken) }
    }
}
