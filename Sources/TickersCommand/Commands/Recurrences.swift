import Tickers
import TickersSQLite

/// `tickers recurrences`: what recurs, when it comes, and what has become of it; and the same, resting or going on.
struct Recurrences: Command {
    /// What is to be done to recurrences that are named.
    private enum Action: String {
        case pause, resume
    }

    static let name = "recurrences"
    static let summary = "Lists what recurs, or has some of it rest or go on"
    static let operands = "[pause NAME... | resume NAME...]"
    static let details = """
        Without operands it lists every recurrence, in the order of their names.
        Pausing and resuming need that no scheduler has the file. What would have come
        during a pause does not come.
        """
    static let options: [CommandOption] = [.watch]

    private let pause: Duration?
    private let action: Action?
    private let names: [String]

    init(_ arguments: Arguments) throws {
        pause = try arguments.watch()
        guard let word = arguments.words.first else {
            (action, names) = (nil, [])
            return
        }
        guard let action = Action(rawValue: word) else {
            throw UsageError("\(word) is neither pause nor resume")
        }
        (self.action, names) = (action, Array(arguments.words.dropFirst()))
        guard !names.isEmpty else { throw UsageError("which recurrences? NAME is missing") }
        guard pause == nil else { throw UsageError("--watch does not go with \(word)") }
    }

    func run(_ session: Session) async throws {
        guard let action else { return try await session.show(every: pause, look) }
        try await session.change(names) { name, store in
            Change(name, try await change(name, action, store.scheduler))
        }
    }

    private func change(_ name: String, _ action: Action, _ scheduler: Scheduler) async throws -> Change.Outcome {
        guard try await scheduler.recurrence(name) != nil else {
            return .refused("unknown", "no recurrence is called \(name)")
        }
        switch action {
        case .pause:
            try await scheduler.pauseRecurrence(name)
            return .done("paused", "\(name) is paused.")
        case .resume:
            try await scheduler.resumeRecurrence(name)
            return .done("resumed", "\(name) goes on from now.")
        }
    }

    private func look(_ store: OpenStore) async throws -> Picture {
        let recurrences = try await store.scheduler.recurrences()
        return Picture(lines: lines(of: recurrences, now: store.wall), json: json(of: recurrences))
    }

    private func lines(of recurrences: [Recurrence], now: Timestamp) -> [Line] {
        guard !recurrences.isEmpty else { return [Line("Nothing recurs.")] }
        let heads = ["NAME", "RULE", "NEXT", "LAST", "CREATED", "MISSED", "OVERLAPPED", "OPEN", "NOTE"]
        var table = Table(heads, onTheRight: [4, 5, 6, 7])
        for recurrence in recurrences {
            table.add([
                Table.Cell(recurrence.name),
                Table.Cell("\(recurrence.rule)"),
                Table.Cell(recurrence.next.map { $0 > now ? $0.told(at: now) : "due" } ?? ""),
                Table.Cell(recurrence.last?.told(at: now) ?? ""),
                .count(recurrence.created),
                .count(recurrence.passedOver),
                .count(recurrence.overlapped),
                .count(recurrence.unfinished.count),
                note(on: recurrence),
            ])
        }
        return table.lines
    }

    private func note(on recurrence: Recurrence) -> Table.Cell {
        if recurrence.isPaused { return Table.Cell("paused", .waiting) }
        if let problem = recurrence.problem { return Table.Cell(problem, .bad) }
        return Table.Cell(recurrence.isWaiting ? "one waits" : "")
    }

    private func json(of recurrences: [Recurrence]) -> JSONText {
        .members(["recurrences": .list(recurrences.map(json(of:)))])
    }

    private func json(of recurrence: Recurrence) -> JSONText {
        let (kind, target) =
            switch recurrence.target {
            case .function(let name): ("function", name)
            case .workflow(let name): ("workflow", name)
            }
        return .members([
            "name": .string(recurrence.name),
            "rule": .string("\(recurrence.rule)"),
            kind: .string(target),
            "missedPolicy": .string("\(recurrence.missed)"),
            "overlapPolicy": .string(recurrence.overlap.rawValue),
            "isPaused": .flag(recurrence.isPaused),
            "createdAt": .time(recurrence.createdAt),
            "next": .time(recurrence.next),
            "last": .time(recurrence.last),
            "lastWorkflow": .optional(recurrence.lastWorkflow?.description),
            "created": .number(Int64(recurrence.created)),
            "missed": .number(Int64(recurrence.passedOver)),
            "overlapped": .number(Int64(recurrence.overlapped)),
            "uncreated": .number(Int64(recurrence.uncreated)),
            "unfinished": .list(recurrence.unfinished.map { .string("\($0)") }),
            "isWaiting": .flag(recurrence.isWaiting),
            "problem": .optional(recurrence.problem),
        ])
    }
}
