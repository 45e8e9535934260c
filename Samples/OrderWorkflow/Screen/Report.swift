import Tickers

/// What became of the orders, in tables.
struct Report {
    let result: JobResult
    let screen: Screen

    func printAll(showing shown: String?) {
        printOutcomes()
        printPaymentFailures()
        printSteps()
        if let run = chosen(shown) { printTree(of: run) }
    }

    private func printOutcomes() {
        let counts = Dictionary(grouping: result.runs, by: \.outcome).mapValues(\.count)
        screen.heading("How \(text(result.runs.count, "order")) ended")
        for outcome in Outcome.allCases {
            guard let count = counts[outcome] else { continue }
            printShare(outcome.rawValue, count, of: result.runs.count, outcome.style)
        }
    }

    private func printPaymentFailures() {
        let failures = result.runs.compactMap { run in
            run.ticker(Orders.charge).flatMap { $0.status == .failed ? $0.failure?.message : nil }
        }
        guard !failures.isEmpty else { return }
        screen.heading("Why \(text(failures.count, "payment")) failed")
        let counts = Dictionary(grouping: failures, by: \.self).mapValues(\.count)
        for (message, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            printShare(message, count, of: failures.count, .bad)
        }
    }

    private func printShare(_ label: String, _ count: Int, of all: Int, _ style: Screen.Style) {
        let permille = (count * 1_000 + all / 2) / all
        let share = "\(permille / 10).\(permille % 10) %"
        let bar = String(repeating: "▇", count: max(1, (count * 15 + all / 2) / all))
        screen.line(
            "  \(label.left(44))\(Money.grouped(count).right(7))\(share.right(9))  \(screen.styled(bar, style))"
        )
    }

    private func printSteps() {
        let tickers = Dictionary(grouping: result.runs.flatMap(\.summary.tickers), by: \.function)
        let columns = ["succeeded", "failed", "skipped", "retried"] + (result.isInterrupted ? ["not ended"] : [])
        screen.heading("What the steps did".left(22) + columns.map { $0.right(11) }.joined())
        var order: [String] = []
        for ticker in result.runs.first?.summary.tickers ?? [] where !order.contains(ticker.function) {
            order.append(ticker.function)
        }
        for function in order {
            printRow(function, figures(of: tickers[function] ?? []))
        }
        screen.line("  " + String(repeating: "─", count: 20 + 11 * columns.count))
        printRow("in all", figures(of: tickers.values.flatMap(\.self)))
    }

    private func figures(of tickers: [Ticker]) -> [Int] {
        let ends: [TickerStatus] = [.succeeded, .failed, .skipped]
        let counts = ends.map { end in tickers.count { $0.status == end } }
        let retried = tickers.reduce(0) { $0 + max(0, $1.attempts - 1) }
        return counts + [retried] + (result.isInterrupted ? [tickers.count { !$0.status.isEnd }] : [])
    }

    private func printRow(_ name: String, _ figures: [Int]) {
        let cells = figures.map { ($0 == 0 ? "·" : Money.grouped($0)).right(11) }
        screen.line("  " + name.left(20) + cells.joined())
    }

    private func printTree(of run: OrderRun) {
        let order = run.order
        screen.heading(
            "One of them: \(order.id), \(order.customer), \(text(order.items.count, "item"))".printable.cut(to: 79)
        )
        for line in WorkflowTree(summary: run.summary, screen: screen).lines { screen.line(line) }
    }

    private func text(_ count: Int, _ noun: String) -> String {
        "\(Money.grouped(count)) \(noun)\(count == 1 ? "" : "s")"
    }

    /// The order asked for, or the one whose payment was tried hardest and then undone, or the one most often retried.
    private func chosen(_ id: String?) -> OrderRun? {
        if let id { return result.runs.first { $0.order.id == id } }
        let undone = result.runs.filter { $0.outcome == .undone }
        return (undone.isEmpty ? result.runs : undone).max { $0.attempts < $1.attempts }
    }
}
