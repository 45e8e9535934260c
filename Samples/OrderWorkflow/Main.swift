import Foundation
import Tickers

/// The sample's entry: reads the command line and the file, runs the job, reports, and checks the books.
@main
enum Main {
    private static let failed: Int32 = 1
    private static let booksWrong: Int32 = 2
    private static let wrongUsage: Int32 = 64

    static func main() async {
        exit(await status())
    }

    private static func status() async -> Int32 {
        do {
            switch try Command(Array(CommandLine.arguments.dropFirst())) {
            case .help:
                FileHandle.standardOutput.write(Data(Command.usage.utf8))
                return 0
            case .generate(let count, let seed):
                var generator = OrderGenerator(seed: seed)
                FileHandle.standardOutput.write(Data(generator.text(count: count).utf8))
                return 0
            case .run(let settings):
                return try await run(settings)
            }
        } catch let error as UsageError {
            Screen.complain("\(error.message)\nTry --help.")
            return wrongUsage
        } catch let error as OrderFileError {
            Screen.complain(error.lines.joined(separator: "\n"))
            return failed
        } catch let error as TickerError {
            Screen.complain(error.message)
            return failed
        } catch {
            Screen.complain("\(error)")
            return failed
        }
    }

    private static func run(_ settings: Settings) async throws -> Int32 {
        let screen = Screen()
        let standard = ProcessInfo.processInfo.environment["ORDERS_FILE"] ?? "Samples/OrderWorkflow/orders.json"
        let file = settings.file ?? standard
        let batch = try OrderFile.read(file)
        if let shown = settings.shown, !batch.orders.contains(where: { $0.id == shown }) {
            throw OrderFileError(lines: ["\(OrderFile.name(of: file)): holds no order \"\(shown)\" to show"])
        }
        guard !batch.orders.isEmpty else {
            screen.line("\(OrderFile.name(of: file)) holds no orders: there is nothing to do.".printable)
            return 0
        }
        let result = try await Job(batch: batch, settings: settings, screen: screen).run()
        if result.isInterrupted {
            screen.line("Interrupted: this is how far it came.\(settings.store == Settings.memory ? "" : resumed)")
        }
        Report(result: result, screen: screen).printAll(showing: settings.shown)
        return await conclude(result, on: screen)
    }

    private static let resumed = " The same command goes on from here."

    private static func conclude(_ result: JobResult, on screen: Screen) async -> Int32 {
        let problems = await Audit(result: result).problems()
        guard problems.isEmpty else {
            Screen.complain("\nThe books do not add up:\n  " + problems.joined(separator: "\n  "))
            return booksWrong
        }
        let taken = Money(cents: await result.shop.gateway.balance)
        let sold = await result.shop.warehouse.sold.values.reduce(0, +)
        let parcels = await result.shop.warehouse.parcels
        screen.heading("The books add up after \(result.elapsed.short)")
        screen.line("  \(taken) taken, \(Money.grouped(sold)) pieces sold, \(Money.grouped(parcels)) parcels")
        if !result.standing.succeeded.isEmpty {
            let kept = Money.grouped(result.standing.succeeded.count)
            screen.line("  none of the \(kept) steps that had succeeded before was run again")
        }
        return result.signal.map { 128 + $0 } ?? 0
    }
}
