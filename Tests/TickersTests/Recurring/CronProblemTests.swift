import Foundation
import Testing
import Tickers

/// What is said about expressions that cannot be: the field, the place, the reason, and what is allowed.
@Suite("Problems of cron expressions")
struct CronProblemTests {
    private static let minutes = "minutes are 0-59, *, */5, 10-20/2 and lists of them."
    private static let hours = "hours are 0-23, *, */2, 9-17/2 and lists of them."
    private static let days = "days of the month are 1-31, *, */2, ?, L, L-3, 15W, LW and lists of them."
    private static let months = "months are 1-12, JAN-DEC, *, */3 and lists of them."
    private static let weekdays =
        "days of the week are 0-7 (Sunday is 0 and 7), SUN-SAT, *, ?, 5L, 5#3 and lists of them."
    private static let five =
        "not five or six: minute, hour, day of month, month, day of week, and before them the second if there are six."
    private static let lengths = "months have 31, 30, 28 or, in leap years, 29 days."

    static let table: [(String, String)] = [
        ("", "\"\" has 0 fields, \(five)"),
        ("  ", "\"  \" has 0 fields, \(five)"),
        ("daily", "\"daily\" has 1 field, \(five)"),
        ("0 2 * *", "\"0 2 * *\" has 4 fields, \(five)"),
        ("0 0 2 * * * 2026", "\"0 0 2 * * * 2026\" has 7 fields, \(five)"),
        (
            "61 2 * * *",
            "\"61 2 * * *\": minute (field 1), \"61\" at character 1: 61 is not in 0-59; \(minutes)"
        ),
        (
            "60 0 2 * * *",
            "\"60 0 2 * * *\": second (field 1), \"60\" at character 1: 60 is not in 0-59; "
                + "seconds are 0-59, *, */5, 10-20/2 and lists of them."
        ),
        (
            "0 99999999999999999999 * * *",
            "\"0 99999999999999999999 * * *\": hour (field 2), \"99999999999999999999\" at character 3: "
                + "99999999999999999999 is not in 0-23; \(hours)"
        ),
        ("0  24 * * *", "\"0  24 * * *\": hour (field 2), \"24\" at character 4: 24 is not in 0-23; \(hours)"),
        ("0 0 0 * *", "\"0 0 0 * *\": day of month (field 3), \"0\" at character 5: 0 is not in 1-31; \(days)"),
        ("0 0 1 13 *", "\"0 0 1 13 *\": month (field 4), \"13\" at character 7: 13 is not in 1-12; \(months)"),
        ("0 0 1 1 8", "\"0 0 1 1 8\": day of week (field 5), \"8\" at character 9: 8 is not in 0-7; \(weekdays)"),
        (
            "0 0 1 FOO *",
            "\"0 0 1 FOO *\": month (field 4), \"FOO\" at character 7: \"FOO\" is no month; \(months)"
        ),
        (
            "0 0 * * MONDAY",
            "\"0 0 * * MONDAY\": day of week (field 5), \"MONDAY\" at character 9: \"DAY\" cannot stand there; "
                + weekdays
        ),
        (
            "0 0 0 ? * 1,2,JAN",
            "\"0 0 0 ? * 1,2,JAN\": day of week (field 6), \"JAN\" at character 15: \"JAN\" is no day of week; "
                + weekdays
        ),
        ("-5 * * * *", "\"-5 * * * *\": minute (field 1), \"-5\" at character 1: \"-5\" is no minute; \(minutes)"),
        (
            "1- * * * *",
            "\"1- * * * *\": minute (field 1), \"1-\" at character 1: a value is missing at the end; \(minutes)"
        ),
        (
            "1,,2 * * * *",
            "\"1,,2 * * * *\": minute (field 1), \"\" at character 3: nothing stands here; \(minutes)"
        ),
        (
            "1, * * * *",
            "\"1, * * * *\": minute (field 1), \"\" at character 3: nothing stands here; \(minutes)"
        ),
        (
            "*/0 * * * *",
            "\"*/0 * * * *\": minute (field 1), \"*/0\" at character 1: 0 as a step is not in 1-59; \(minutes)"
        ),
        (
            "* */24 * * *",
            "\"* */24 * * *\": hour (field 2), \"*/24\" at character 3: 24 as a step is not in 1-23; \(hours)"
        ),
        (
            "*/ * * * *",
            "\"*/ * * * *\": minute (field 1), \"*/\" at character 1: a number 1-59 as a step is missing; \(minutes)"
        ),
        (
            "5*/2 * * * *",
            "\"5*/2 * * * *\": minute (field 1), \"5*/2\" at character 1: \"*/2\" cannot stand there; \(minutes)"
        ),
        ("? * * * *", "\"? * * * *\": minute (field 1), \"?\" at character 1: \"?\" is no minute; \(minutes)"),
        (
            "0 0 ?/2 * *",
            "\"0 0 ?/2 * *\": day of month (field 3), \"?/2\" at character 5: \"?/2\" is no day of month; \(days)"
        ),
        (
            "0 0 L-31 * *",
            "\"0 0 L-31 * *\": day of month (field 3), \"L-31\" at character 5: "
                + "31 days before the last one is not in 0-30; \(days)"
        ),
        (
            "0 0 1-5W * *",
            "\"0 0 1-5W * *\": day of month (field 3), \"1-5W\" at character 5: "
                + "W stands behind one day: 15W, LW; \(days)"
        ),
        (
            "0 0 LX * *",
            "\"0 0 LX * *\": day of month (field 3), \"LX\" at character 5: \"X\" cannot stand there; \(days)"
        ),
        (
            "0 0 * * L",
            "\"0 0 * * L\": day of week (field 5), \"L\" at character 9: "
                + "L needs a day before it here: 5L is the last Friday; \(weekdays)"
        ),
        (
            "0 0 * * 5#6",
            "\"0 0 * * 5#6\": day of week (field 5), \"5#6\" at character 9: "
                + "6 of a weekday in a month is not in 1-5; \(weekdays)"
        ),
        (
            "0 0 * * 5#",
            "\"0 0 * * 5#\": day of week (field 5), \"5#\" at character 9: "
                + "a number 1-5 of a weekday in a month is missing; \(weekdays)"
        ),
        (
            "0 0 * * 1-5#2",
            "\"0 0 * * 1-5#2\": day of week (field 5), \"1-5#2\" at character 9: "
                + "# stands behind one day: 5#3, FRI#3; \(weekdays)"
        ),
        (
            "0 0 * L *",
            "\"0 0 * L *\": month (field 4), \"L\" at character 7: \"L\" is no month; \(months)"
        ),
        (
            "0 ü * * *",
            "\"0 ü * * *\": hour (field 2), \"ü\" at character 3: \"ü\" is no hour; \(hours)"
        ),
        (
            "0 0 30 2 *",
            "\"0 0 30 2 *\" never comes: day of month (field 3) \"30\", month (field 4) \"2\" and day of week (field 5) "
                + "\"*\" have no day in common, in no year; \(lengths)"
        ),
        (
            "0 0 0 31 APR,JUN,SEP,NOV ?",
            "\"0 0 0 31 APR,JUN,SEP,NOV ?\" never comes: day of month (field 4) \"31\", month (field 5) "
                + "\"APR,JUN,SEP,NOV\" and day of week (field 6) \"?\" have no day in common, in no year; \(lengths)"
        ),
        (
            "0 0 L-29 2 *",
            "\"0 0 L-29 2 *\" never comes: day of month (field 3) \"L-29\", month (field 4) \"2\" and day of week "
                + "(field 5) \"*\" have no day in common, in no year; \(lengths)"
        ),
        (
            "0 0 */30 2 1#5",
            "\"0 0 */30 2 1#5\" never comes: day of month (field 3) \"*/30\", month (field 4) \"2\" and day of week "
                + "(field 5) \"1#5\" have no day in common, in no year; \(lengths)"
        ),
        (
            "@every 5m",
            "\"@every 5m\" is no cron expression: of the words with @ there are @yearly, @annually, @monthly, @weekly, "
                + "@daily, @midnight and @hourly, each alone; for an interval such as @every write .every(.seconds(300))."
        ),
        (
            "@reboot",
            "\"@reboot\" is no cron expression: of the words with @ there are @yearly, @annually, @monthly, @weekly, "
                + "@daily, @midnight and @hourly, each alone; for an interval such as @every write .every(.seconds(300))."
        ),
    ]

    @Test("each is refused with a message that says what to change", arguments: table)
    func message(text: String, message: String) {
        let error = #expect(throws: TickerError.self) { try CronExpression(text) }
        #expect(error?.code == .invalidSchedule)
        #expect(error?.message == message)
    }

    @Test("one that is longer than the limit is refused unread")
    func tooLong() {
        let text = String(repeating: "0,", count: 600) + "0 * * * *"
        let error = #expect(throws: TickerError.self) { try CronExpression(text) }
        #expect(error?.message == "A cron expression of 1209 bytes is longer than 1024.")
    }

    @Test("the rarest dates come: 29 February on a Monday, in its fifth week, in a year after a century's end")
    func rarest() throws {
        let rare = try CronExpression("0 0 ? 2 1#5")
        #expect(try rare.next(after: Timestamp("2026-01-01T00:00:00Z"), in: .gmt) == Timestamp("2044-02-29T00:00:00Z"))
        let leap = try CronExpression("0 0 29 2 *")
        #expect(try leap.next(after: Timestamp("2096-03-01T00:00:00Z"), in: .gmt) == Timestamp("2104-02-29T00:00:00Z"))
    }

    /// Bytes that could mean something, in every order that a generator comes up with.
    @Test("whatever the text, it is read or refused with this error, and what is read has a next occurrence")
    func fuzz() throws {
        var random = SeededGenerator(seed: 6)
        let alphabet = Array("0123456789*/,-?LW#JANMONFRI @ü\t".unicodeScalars)
        var read = 0
        for _ in 0..<(isLong ? 1_000_000 : 20_000) {
            var text = ""
            for field in 0..<Int.random(in: 4...6, using: &random) {
                if field > 0 { text += " " }
                // A few fields are in order, so that some expressions are.
                if Bool.random(using: &random) { text += ["*", "1", "4-9", "*/3"].randomElement(using: &random) ?? "" }
                for _ in 0..<Int.random(in: text.last == " " || text.isEmpty ? 1...3 : 0...1, using: &random) {
                    text.unicodeScalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
                }
            }
            do {
                let expression = try CronExpression(text)
                read += 1
                #expect(expression.next(after: Timestamp(microseconds: 0), in: .gmt) != nil, "\(text)")
            } catch let error as TickerError {
                #expect(error.code == .invalidSchedule)
            }
        }
        #expect(read > 50)
    }
}
