import Tickers

/// `tickers resume QUEUE…`: what is due in these queues is started again.
struct Resume: Command {
    static let name = "resume"
    static let summary = "Resumes queues that are paused"
    static let operands = "QUEUE..."
    static let details = ""
    static let options: [CommandOption] = []

    private let queues: [String]

    init(_ arguments: Arguments) throws {
        queues = try arguments.someWords("QUEUE")
    }

    func run(_ session: Session) async throws {
        try await session.change(queues) { queue, store in
            let wasPaused = try await store.scheduler.pausedQueues().contains(queue)
            try await store.scheduler.resumeQueue(queue)
            let nothing = Change.Outcome.refused("notPaused", "\(queue) is not paused.")
            return Change(queue, wasPaused ? .done("resumed", "\(queue) goes on.") : nothing)
        }
    }
}
