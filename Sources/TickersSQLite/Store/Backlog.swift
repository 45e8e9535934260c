import Tickers

/// What is queued in the file and not held in memory, stream by stream.
///
/// A *stream* is what stands in the file's index of due tickers side by side: one function, queue and priority, those that
/// may run at once apart from those that wait for a time. Up to its *frontier* everything in it is held. What lies behind is
/// read in pages, when its time comes near and there is room, so that a million tickers that are due cost no more memory
/// than a page of each stream, and a stream that is stuck holds up no other.
struct Backlog {
    struct Stream: Hashable, Comparable {
        let function: String
        let queue: String
        let priority: TickerPriority
        let isTimed: Bool

        static func < (left: Stream, right: Stream) -> Bool {
            (left.function, left.queue, left.priority, left.isTimed ? 1 : 0)
                < (right.function, right.queue, right.priority, right.isTimed ? 1 : 0)
        }
    }

    /// A place in a stream.
    struct Mark: Comparable {
        let ready: Timestamp
        let serial: Int64

        static let start = Mark(ready: .distantPast, serial: 0)

        static func < (left: Mark, right: Mark) -> Bool { (left.ready, left.serial) < (right.ready, right.serial) }
    }

    /// How far a stream is held, and no earlier than when what lies behind is ready.
    struct Rest {
        var frontier: Mark
        var next: Timestamp
    }

    /// How far ahead of the clock tickers are held that nothing else holds: the first after a pause is read when it is due, and
    /// with it those that come next.
    static let reach: Duration = .seconds(2)
    /// Tickers read at once from one stream.
    static let page = 512

    /// The streams that have something behind their frontier.
    private(set) var rests: [Stream: Rest] = [:]
    /// The streams whose rest may be ready by the horizon that was looked at last.
    private var near: Set<Stream> = []
    /// No rest outside of ``near`` is ready before.
    private var nextFar: Timestamp?
    private var uncertain: Set<Stream> = []
    /// The latest reading of the wall: what was within reach stays so when the clock goes back.
    private var latest = Timestamp.distantPast

    init() {}

    /// Says that a stream has something behind a place, from when on at the earliest.
    mutating func found(_ stream: Stream, behind frontier: Mark, next: Timestamp) {
        var rest = rests[stream] ?? Rest(frontier: frontier, next: next)
        rest.frontier = min(rest.frontier, frontier)
        rest.next = min(rest.next, next)
        rests[stream] = rest
        noteFar(stream, rest)
    }

    /// Says how far a stream has been read: up to `frontier`, with something from `next` on behind it.
    mutating func read(_ stream: Stream, to frontier: Mark, next: Timestamp) {
        let old = rests.updateValue(Rest(frontier: frontier, next: next), forKey: stream)
        near.remove(stream)
        // The one that was the first may have been it.
        if let old, old.next == nextFar { findNextFar() } else { noteFar(stream, Rest(frontier: frontier, next: next)) }
    }

    /// Says that all of a stream is held.
    mutating func readToTheEnd(_ stream: Stream) {
        let old = rests.removeValue(forKey: stream)
        near.remove(stream)
        if let old, old.next == nextFar { findNextFar() }
    }

    /// Says that the ticker at this place is not queued any more: it may have been the first behind the frontier.
    mutating func left(_ stream: Stream, _ mark: Mark) {
        guard let rest = rests[stream], mark > rest.frontier, mark.ready <= rest.next else { return }
        uncertain.insert(stream)
    }

    /// The streams of which it is not known any more when what lies behind is ready.
    mutating func takeUncertain() -> Set<Stream> {
        defer { uncertain = [] }
        return uncertain
    }

    /// Whether a queued ticker at this place is to be held.
    func isNear(_ stream: Stream, _ mark: Mark, now: Timestamp) -> Bool {
        if stream.isTimed, mark.ready > horizon(now: now) { return false }
        guard let rest = rests[stream] else { return true }
        return mark <= rest.frontier
    }

    /// Up to when tickers are read that wait for a time.
    func horizon(now: Timestamp) -> Timestamp { max(latest, now).advanced(by: Self.reach) }

    /// The streams whose rest is ready or soon will be. O(streams near), and O(streams) when another one has come near.
    mutating func streamsNear(now: Timestamp) -> Set<Stream> {
        latest = max(latest, now)
        let horizon = horizon(now: now)
        guard let first = nextFar, first <= horizon else { return near }
        nextFar = nil
        near = []
        for (stream, rest) in rests {
            if !stream.isTimed || rest.next <= horizon { near.insert(stream) } else { noteFar(stream, rest) }
        }
        return near
    }

    /// When to look again because a rest comes near; `nil` while none will.
    var nextLook: Timestamp? { nextFar }

    private mutating func findNextFar() {
        nextFar = nil
        for (stream, rest) in rests { noteFar(stream, rest) }
    }

    private mutating func noteFar(_ stream: Stream, _ rest: Rest) {
        guard !near.contains(stream) else { return }
        let next = stream.isTimed ? rest.next : .distantPast
        nextFar = min(nextFar ?? next, next)
    }
}

extension TickerRow {
    /// Where it stands in the file's index of due tickers, if it is queued.
    var stream: Backlog.Stream {
        Backlog.Stream(
            function: spec.function,
            queue: spec.queue,
            priority: spec.priority,
            isTimed: due != .distantPast
        )
    }

    var mark: Backlog.Mark { Backlog.Mark(ready: max(due, releasedAt), serial: id.serial) }
}
