import Testing
import Tickers
import TickersTesting

/// What only real threads do: nothing here depends on who is faster.
@Suite("The exchange on real threads")
struct ExchangeThreadTests {
    private static let slots = 4
    private static let runs = 20_000

    private let bell = Bell()
    private let intake = Intake.unused()

    private func run(_ token: UInt64) -> ClaimedRun { .made(token: token) }

    /// Takes run after run; now and then it is suspended in one.
    private func serve(_ exchange: RunExchange, _ slot: Slot) async {
        var taken = exchange.take(by: slot)
        while true {
            switch taken {
            case .run(let run):
                if run.lease.token % 97 == 0 { await Task.yield() }
                taken = exchange.handOver(run.finished(.succeeded(.nothing)), by: slot) { _ in }
            case .nothing:
                guard let run = await exchange.parked(slot) else { return }
                taken = .run(run)
            case .leave:
                return
            }
        }
    }

    /// Hands out runs in batches of chance and fetches their ends, attending as chance has it between; returns what has ended.
    private func dispatch(_ exchange: RunExchange, seed: UInt64) async -> [UInt64] {
        var random = SeededGenerator(seed: seed)
        var (next, inFlight) = (1, 0)
        var ended: [UInt64] = []
        while ended.count < Self.runs {
            exchange.attended(Bool.random(using: &random) ? .takingTurn : .away)
            let finished = exchange.takeFinished()
            inFlight -= finished.count
            ended += finished.map(\.lease.token)
            let count = min(Int.random(in: 0...64, using: &random), 64 - inFlight, Self.runs + 1 - next)
            if count > 0 { _ = exchange.offer((next..<next + count).map { run(UInt64($0)) }) }
            (next, inFlight) = (next + count, inFlight + count)
            if exchange.areEndsExpected {
                exchange.attended(.watching)
                await Task.yield()
            }
            // As the dispatcher does before it rests.
            if !bell.isRung(forWork: false) { exchange.attended(.away) }
            if inFlight > 0 { _ = await bell.wait(forWork: false) }
        }
        return ended
    }

    @Test("every run ends once, whoever waits on its thread and whoever is woken", arguments: [1, 2, 3] as [UInt64])
    func everyRunEnds(seed: UInt64) async {
        let exchange = RunExchange(bell: bell)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<Self.slots {
                let slot = exchange.addSlot { Slot(number: $0, intake: intake) }
                group.addTask { await serve(exchange, slot) }
            }
            let ended = await dispatch(exchange, seed: seed)
            exchange.close()
            #expect(ended.sorted() == (1...UInt64(Self.runs)).map(\.self))
        }
    }
}
