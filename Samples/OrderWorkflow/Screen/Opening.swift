import Tickers
import TickersSQLite

/// Says where the orders are kept and how far they had come.
struct Opening {
    let standing: Standing
    let file: SQLiteTickerStore?
    let orders: Int
    let screen: Screen

    func print() { for line in lines { screen.line(line.printable) } }

    /// What is said; nothing for a store in memory.
    private var lines: [String] {
        guard let file else { return [] }
        guard !standing.workflows.isEmpty else {
            return ["Kept in \(file.path)", "  stopped or killed, the same command goes on from there", ""]
        }
        let found = found(file.recovery) + ["--fresh begins anew"]
        return ["Going on with what is in \(file.path)"] + found.map { "  " + $0 } + [""]
    }

    private func found(_ recovery: StoreRecovery) -> [String] {
        let all = Money.grouped(orders)
        guard standing.ended < orders else { return ["all \(all) orders were finished before"] }
        let counts = standing.counts
        let steps = "\(Money.grouped(counts.ended)) of \(Money.grouped(counts.ended + counts.open)) steps"
        var found = ["\(Money.grouped(standing.ended)) of \(all) orders and \(steps) were finished before"]
        if recovery.interrupted == 1 {
            found.append("1 attempt was under way and is made again")
        } else if recovery.interrupted > 1 {
            found.append("\(Money.grouped(recovery.interrupted)) attempts were under way and are made again")
        }
        if recovery.failed > 0 {
            found.append("steps given up because the program ended each time they ran: \(recovery.failed)")
        }
        return found
    }
}
