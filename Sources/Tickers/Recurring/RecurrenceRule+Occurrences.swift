/// The instants that a rule names.
extension RecurrenceRule {
    /// The first occurrence later than `instant`; `nil` when none comes.
    ///
    /// How many have been created before does not matter here. At most 10,000 steps, most often two or three: a
    /// microsecond.
    public func next(after instant: Timestamp) -> Timestamp? {
        guard let found = unbounded(after: max(instant, floor)), found <= ceiling else { return nil }
        return found
    }

    /// The next occurrences later than `instant`, in order, `limit` of them or as many as there are, and never more
    /// than ``maximumCount``.
    public func upcoming(after instant: Timestamp, limit: Int) -> [Timestamp] {
        var found: [Timestamp] = []
        var last = instant
        while found.count < min(limit, maximumCount ?? limit), let next = next(after: last) {
            found.append(next)
            last = next
        }
        return found
    }

    /// The latest occurrences later than `instant` and up to `last`, in order, `limit` of them or as many as there are.
    ///
    /// What lies before those is not gone through, however much it is.
    public func occurrences(after instant: Timestamp, through last: Timestamp, limit: Int) -> [Timestamp] {
        var found: [Timestamp] = []
        var position = instant
        // Most often there are few: then forwards is the shorter way.
        while found.count <= limit, let next = next(after: position), next <= last {
            found.append(next)
            position = next
        }
        guard found.count > limit else { return found }
        found.removeAll(keepingCapacity: true)
        var bound = last
        while found.count < limit, let previous = latest(after: instant, through: bound) {
            found.append(previous)
            bound = previous.justBefore
        }
        return found.reversed()
    }

    /// How many occurrences are later than `instant` and up to `last`.
    ///
    /// Exact, without going through them: O(1) for intervals, O(months) for cron expressions. A custom schedule is
    /// asked for them one by one, and not beyond ``TickerLimits/missedOccurrences``.
    public func count(after instant: Timestamp, through last: Timestamp) -> Int {
        let (after, through) = (max(instant, floor), min(last, ceiling))
        guard after < through else { return 0 }
        switch timing {
        case .interval(let period, let anchor):
            guard timing.problems.isEmpty else { return 0 }
            let ticks = Ticks(period: period, anchor: anchor ?? start)
            return Int(clamping: ticks.number(through: through) - ticks.number(through: after))
        case .cron(let expression, let clock):
            return expression.count(after: after, through: through, on: clock, daylightSaving)
        case .once(let instant): return after < instant && instant <= through ? 1 : 0
        case .custom: return upcoming(after, through).count
        case .unreadable: return 0
        }
    }

    /// By how much later than its instant an occurrence of a recurrence begins: from zero to less than ``jitter``.
    ///
    /// Follows from the name and the instant alone, so it is the same after every restart; its identity stays its
    /// instant.
    public func delay(of occurrence: Timestamp, named name: String) -> Duration {
        let span = jitter.wholeMicroseconds
        guard span > 0 else { return .zero }
        var seed: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01b3 }
        var random = SeededGenerator(seed: seed ^ UInt64(bitPattern: occurrence.microseconds))
        // Spelled out, so that it does not change with the library that draws random numbers.
        return .microseconds(Int64(random.next().multipliedFullWidth(by: UInt64(span)).high))
    }
}

extension RecurrenceRule {
    /// No occurrence is at or before it.
    private var floor: Timestamp {
        let first = RecurrenceTiming.occurrences.lowerBound
        return max(start ?? first, first).justBefore
    }

    /// No occurrence is after it.
    private var ceiling: Timestamp {
        let last = RecurrenceTiming.occurrences.upperBound
        return min(end ?? last, last)
    }

    private func unbounded(after instant: Timestamp) -> Timestamp? {
        switch timing {
        case .interval(let period, let anchor):
            timing.problems.isEmpty ? Ticks(period: period, anchor: anchor ?? start).next(after: instant) : nil
        case .cron(let expression, let clock): expression.next(after: instant, on: clock, daylightSaving)
        case .once(let only): only > instant ? only : nil
        case .custom(let custom): custom.next(after: instant)
        case .unreadable: nil
        }
    }

    private func upcoming(_ instant: Timestamp, _ last: Timestamp) -> [Timestamp] {
        var found: [Timestamp] = []
        var position = instant
        while found.count < TickerLimits.missedOccurrences, let next = next(after: position), next <= last {
            found.append(next)
            position = next
        }
        return found
    }

    /// The last occurrence later than `instant` and up to `last`: what comes after an instant only grows with it, so
    /// halves lead there.
    private func latest(after instant: Timestamp, through last: Timestamp) -> Timestamp? {
        guard var found = next(after: instant), found <= last else { return nil }
        var beyond = last
        // Once in a while the next one is the answer's proof; half of what is left goes with each round.
        while let next = next(after: found), next <= last {
            found = next
            let middle = found.halfway(to: beyond)
            if let later = self.next(after: middle), later <= last { found = later } else { beyond = middle }
        }
        return found
    }
}

/// Instants at equal distances.
private struct Ticks {
    let period: Int128
    let anchor: Int128

    init(period: Duration, anchor: Timestamp?) {
        self.period = Int128(period.wholeMicroseconds)
        self.anchor = Int128(anchor?.microseconds ?? 0)
    }

    /// How many periods lie between the anchor and an instant, rounded down.
    func number(through instant: Timestamp) -> Int128 {
        (Int128(instant.microseconds) - anchor).flooredDivision(by: period).quotient
    }

    func next(after instant: Timestamp) -> Timestamp? {
        Int64(exactly: anchor + (number(through: instant) + 1) * period).map(Timestamp.init(microseconds:))
    }
}

extension Timestamp {
    /// The microsecond before; the distant past is before itself.
    var justBefore: Timestamp { Timestamp(microseconds: microseconds == .min ? .min : microseconds - 1) }

    /// The middle between this and a later instant, rounded down.
    fileprivate func halfway(to later: Timestamp) -> Timestamp {
        Timestamp(microseconds: microseconds + (later.microseconds - microseconds) / 2)
    }
}
