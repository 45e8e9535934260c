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
        let changes = try await session.changing { store in
            let paused = Set(try await store.scheduler.pausedQueues())
            var changes: [Change] = []
            for queue in queues {
                try await store.scheduler.resumeQueue(queue)
                let isDone = paused.contains(queue)
                let sentence = isDone ? "\(queue) goes on." : "\(queue) is not paused."
                let result = isDone ? "resumed" : "notPaused"
                changes.append(Change(subject: queue, result: result, sentence: sentence, isDone: isDone))
            }
            return changes
        }
        try session.report(changes)
    }
}
