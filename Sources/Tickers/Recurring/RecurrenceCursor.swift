/// How far a recurrence has come: what a store keeps of it beside its rule, and the only thing that decides what is
/// created.
///
/// A store reads it, calls one of the functions below, and writes it back together with the occurrences that the call
/// returned, all in one transaction. Then this holds:
///
/// - **Never twice.** An instant that a cursor has returned it never returns again, whatever the clock reads
///   afterwards: everything up to ``through`` is decided, but for what was passed over. With the name
///   of the recurrence the instant is the identity of its occurrence.
/// - **Idempotent.** Asked again at the same time, it returns nothing, and stays as it is.
/// - **Bounded.** Whatever lies between two calls, a second or ten years, what is created is bounded by the policy,
///   and the missed are counted without going through them.
/// - **Alive.** A clock that shows next year for a minute does not silence a daily rule for a year: what was only
///   passed over on the way is run at its instant after the clock has gone back.
///
/// It knows no clock, no name and no store.
public struct RecurrenceCursor: Sendable, Hashable, Codable {
    /// Instants that were passed over as missed: later than `after` and before `before`, both outside.
    struct PassedOver: Sendable, Hashable, Codable {
        var after: Timestamp
        var before: Timestamp
    }

    /// How late an occurrence may be and still be on time. A scheduler looks at its clock every 30 seconds, even when
    /// that was set; this is two looks.
    public static let tolerance = Duration.seconds(60)

    /// Everything up to here, this instant included, has been decided; it only grows.
    public private(set) var through: Timestamp
    /// How many occurrences have been returned.
    public private(set) var created = 0
    /// How many were missed since the last one that was created.
    public private(set) var missed = 0
    /// What was passed over on the way to `through`, in order: it comes again if the clock goes back that far.
    private var passedOver: [PassedOver] = []
    /// Nothing has ever been decided about what lies before: the clock showed more when the recurrence was added.
    private var untouched = Timestamp.distantPast
    /// Whether it rests.
    public private(set) var isPaused = false

    /// A recurrence that is added at `instant`: its first occurrence is later.
    public init(addedAt instant: Timestamp) {
        through = instant
        untouched = instant.justAfter
    }

    /// Time has come to `now`: decides what is to be created, and when to look again.
    ///
    /// When the clock reads less than before, nothing happens, unless it has come back into what was passed over, or to
    /// before the recurrence was added: from there it begins again. A
    /// paused recurrence creates nothing. Costs a few microseconds, plus one for each occurrence that is created.
    ///
    /// - Parameters:
    ///   - rule: The rule as it is stored; one with problems has no occurrences.
    ///   - watchedSince: From when on somebody has been there to create occurrences on time; earlier ones were missed
    ///     for certain. A scheduler takes the instant at which it began, or the reading of a clock that has gone back
    ///     behind that.
    package mutating func timePassed(
        to now: Timestamp,
        rule: RecurrenceRule,
        missed policy: MissedPolicy,
        watchedSince: Timestamp
    ) -> RecurrencePlan {
        guard !isPaused else { return RecurrencePlan() }
        guard !hasReachedMaximum(of: rule) else { return RecurrencePlan() }
        var plan = RecurrencePlan()
        if now > through {
            let window = Window(after: through, through: now)
            through = now
            plan = decide(window, at: now, rule, policy, watchedSince)
        } else if now < untouched {
            passOver(now, untouched)
            // Nor is this instant itself decided: it may come again.
            untouched = now.justAfter
        } else if let index = passedOver.firstIndex(where: { $0.after < now && now < $0.before }) {
            let open = passedOver[index]
            passedOver[index].after = now
            plan = decide(Window(after: open.after, through: now), at: now, rule, policy, watchedSince)
        }
        checkInvariants()
        plan.next = hasReachedMaximum(of: rule) ? nil : next(at: now, rule)
        return plan
    }

    /// When to look again if nothing else happens; `nil` when no occurrence will come.
    package func next(at now: Timestamp, _ rule: RecurrenceRule) -> Timestamp? {
        guard !isPaused, !hasReachedMaximum(of: rule) else { return nil }
        if now < untouched, let next = rule.next(after: now), next < untouched { return next }
        for open in passedOver where now < open.before {
            if let next = rule.next(after: max(now, open.after)), next < open.before { return next }
        }
        return rule.next(after: through)
    }

    /// An operator has paused it: nothing is created until it is resumed.
    package mutating func paused() {
        isPaused = true
    }

    /// An operator has resumed it: what would have come in the meantime does not come, and was not missed.
    package mutating func resumed(at now: Timestamp) {
        guard isPaused else { return }
        isPaused = false
        startOver(at: now)
    }

    /// Its rule was changed: the new one counts from now on, and what the old one has missed is forgotten.
    package mutating func ruleChanged(at now: Timestamp) {
        startOver(at: now)
    }

    private mutating func startOver(at now: Timestamp) {
        through = max(through, now)
        missed = 0
        passedOver = []
    }

    private func hasReachedMaximum(of rule: RecurrenceRule) -> Bool { rule.maximumCount.map { created >= $0 } ?? false }

    private func checkInvariants() {
        assert(created >= 0 && missed >= 0, "a cursor counts below zero: \(self)")
        assert(passedOver.allSatisfy { $0.before <= through.justAfter }, "more is open than was passed: \(self)")
        assert(passedOver.allSatisfy { $0.after <= $0.before }, "what is open ends before it begins: \(self)")
        let isApart = zip(passedOver, passedOver.dropFirst()).allSatisfy { $0.before <= $1.after.justAfter }
        assert(isApart, "what is open overlaps: \(self)")
    }
}

extension RecurrenceCursor {
    /// Instants to decide on: later than `after`, up to `through`.
    private struct Window {
        let after: Timestamp
        let through: Timestamp
    }

    private mutating func decide(
        _ window: Window,
        at now: Timestamp,
        _ rule: RecurrenceRule,
        _ policy: MissedPolicy,
        _ watchedSince: Timestamp
    ) -> RecurrencePlan {
        guard let latest = rule.occurrences(after: window.after, through: window.through, limit: 1).first else {
            return RecurrencePlan()
        }
        let isOnTime = latest > watchedSince && now.since(latest) <= Self.tolerance
        var pending = PendingOccurrences(count: 1, countWithinSpan: 0, isLatestOnTime: isOnTime)
        pending.count = rule.count(after: window.after, through: window.through)
        if case .within(let span) = policy {
            let earliest = max(window.after, now.advanced(by: .zero - span).justBefore)
            pending.countWithinSpan = rule.count(after: earliest, through: window.through)
        }
        var instants = rule.occurrences(
            after: window.after,
            through: window.through,
            limit: policy.created(of: pending)
        )
        let skipped = max(0, pending.count - instants.count)
        if let left = rule.maximumCount.map({ $0 - created }) { instants = Array(instants.prefix(left)) }
        missed += skipped
        let plan = instants.enumerated().map { index, instant in
            PlannedOccurrence(instant: instant, missed: index == 0 ? missed : 0)
        }
        created += plan.count
        if !plan.isEmpty { missed = 0 }
        if skipped > 0 { passOver(window.after, instants.first ?? window.through) }
        return RecurrencePlan(occurrences: plan, passedOver: skipped)
    }
}

extension RecurrenceCursor {
    /// Stretches that are remembered: a clock that is wrong and set right makes one.
    private static let mostPassedOver = 8

    /// Remembers that nothing was created between two instants; of too many stretches the shortest is forgotten.
    private mutating func passOver(_ after: Timestamp, _ before: Timestamp) {
        let index = passedOver.firstIndex { $0.after > after } ?? passedOver.count
        passedOver.insert(PassedOver(after: after, before: before), at: index)
        passedOver.removeAll { $0.after.justAfter >= $0.before }
        guard passedOver.count > Self.mostPassedOver else { return }
        let lengths = passedOver.map { $0.before.since($0.after) }
        if let shortest = lengths.indices.min(by: { lengths[$0] < lengths[$1] }) { passedOver.remove(at: shortest) }
    }
}

extension Timestamp {
    /// The microsecond after; the distant future is after itself.
    var justAfter: Timestamp { Timestamp(microseconds: microseconds == .max ? .max : microseconds + 1) }
}

/// What a cursor has decided.
package struct RecurrencePlan: Sendable, Hashable {
    /// Occurrences to create now, in order.
    package var occurrences: [PlannedOccurrence] = []
    /// How many were missed and are not created.
    package var passedOver = 0
    /// When to look again; `nil` when nothing will come.
    package var next: Timestamp?

    package init(occurrences: [PlannedOccurrence] = [], passedOver: Int = 0, next: Timestamp? = nil) {
        self.occurrences = occurrences
        self.passedOver = passedOver
        self.next = next
    }
}

/// One occurrence to create.
package struct PlannedOccurrence: Sendable, Hashable, Codable {
    /// Its instant by the rule: with the name of the recurrence its identity.
    package var instant: Timestamp
    /// How many occurrences before it were missed, since the last one that was created.
    package var missed: Int
    /// Whether an operator has asked for it, and not its rule.
    package var isTriggered: Bool

    package init(instant: Timestamp, missed: Int, isTriggered: Bool = false) {
        self.instant = instant
        self.missed = missed
        self.isTriggered = isTriggered
    }
}
