import Tickers

/// `tickers pause QUEUE…`: nothing more of these queues is started.
struct Pause: Command {
    static let name = "pause"
    static let summary = "Pauses queues: nothing more of theirs is started"
    static let operands = "QUEUE..."
    static let details = "The file keeps it, until `tickers resume` or a scheduler's resumeQueue."
    static let options: [CommandOption] = []

    private let queues: [String]

    init(_ arguments: Arguments) throws {
        queues = try arguments.someWords("QUEUE")
    }

    func run(_ session: Session) async throws {
        try await session.change(queues) { queue, store in
            try await store.scheduler.pauseQueue(queue)
            return Change(queue, .done("paused", "\(queue) is paused."))
        }
    }
}
