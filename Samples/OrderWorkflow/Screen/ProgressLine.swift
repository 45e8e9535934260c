import Tickers

/// Follows a running job: one line that is rewritten on a terminal, a line every ten percent elsewhere.
struct ProgressLine: Sendable {
    private static let pause: Duration = .milliseconds(100)
    private static let barWidth = 16

    let screen: Screen
    let orders: Int
    let steps: Int
    let standing: Standing
    private let clock = SystemClock()
    private let began: MonotonicInstant

    init(screen: Screen, orders: Int, steps: Int, standing: Standing) {
        self.screen = screen
        self.orders = orders
        self.steps = steps
        self.standing = standing
        began = clock.monotonic
    }

    /// How far the orders have come: what was found, and what the events have told since.
    private struct Tally {
        var orders: Int
        var succeeded: Int
        var failed: Int
        var retries = 0
        var missed = 0

        init(_ standing: Standing) {
            orders = standing.ended
            succeeded = standing.counts.succeeded
            failed = standing.counts.failed
        }

        mutating func happened(_ event: TickerEvent) {
            switch event {
            case .ticker(let change):
                switch change.status {
                case .succeeded: succeeded += 1
                case .failed: failed += 1
                case .retrying: retries += 1
                case .waiting, .scheduled, .pending, .running, .cancelled, .skipped: break
                }
            case .workflowEnded: orders += 1
            case .lagged(let count): missed += count
            case .progress, .stuck, .blocking, .lateResult, .storeFailed, .occurrenceFailed: break
            }
        }
    }

    /// Shows progress until `events` end.
    func follow(_ events: TickerEvents, of scheduler: Scheduler) async throws {
        var tally = Tally(standing)
        var shown = clock.monotonic.advanced(by: .zero - Self.pause)
        var nextTenth = tally.orders * 10 / orders + 1
        for await event in events {
            tally.happened(event)
            if screen.isTerminal {
                guard clock.monotonic.since(shown) >= Self.pause else { continue }
                shown = clock.monotonic
                screen.rewrite(line(tally, try await scheduler.counts()))
            } else if tally.orders * 10 >= nextTenth * orders {
                nextTenth = tally.orders * 10 / orders + 1
                screen.line(plainLine(tally, try await scheduler.counts()))
            }
        }
        if screen.isTerminal { screen.rewrite(line(tally, try await scheduler.counts()) + "\n") }
        if tally.missed > 0 { screen.line("(\(tally.missed) events came too fast to be counted above)") }
    }

    var elapsed: Duration { clock.monotonic.since(began) }

    private func line(_ tally: Tally, _ counts: StoreCounts) -> String {
        let done = Self.barWidth * counts.ended / max(1, steps)
        let bar = String(repeating: "█", count: done) + String(repeating: "░", count: Self.barWidth - done)
        let figures: [(String, Screen.Style)] = [
            (" \(percent(counts)) ", .strong),
            ("\(tally.orders)/\(orders) orders  ", .strong),
            ("✓ \(tally.succeeded)  ", .good),
            ("✗ \(tally.failed)  ", .bad),
            ("↻ \(tally.retries)  ", .busy),
            ("▶ \(counts.running)  ", .busy),
            ("… \(counts.open - counts.running)  ", .faint),
            (elapsed.short, .faint),
        ]
        var text = screen.styled(bar, .good)
        var room = screen.width - 1 - Self.barWidth
        for (figure, style) in figures where room >= figure.count {
            text += screen.styled(figure, style)
            room -= figure.count
        }
        return text
    }

    private func plainLine(_ tally: Tally, _ counts: StoreCounts) -> String {
        let share = "\(tally.orders * 100 / orders)".right(4) + " %"
        let steps = "\(tally.succeeded)".right(6) + " ok" + "\(tally.failed)".right(5) + " failed"
        let rest = "\(counts.running)".right(4) + " running" + "\(counts.open - counts.running)".right(6) + " waiting"
        return "\(share)  \("\(tally.orders)".right(6)) orders\(steps)\(rest)  \(elapsed.short.right(6))"
    }

    private func percent(_ counts: StoreCounts) -> String { "\(100 * counts.ended / max(1, steps))".right(3) + " %" }
}
