/// A rule of your own: trading days, sunrises, whatever can say what comes next.
///
/// It is stored by the name under which it is registered, never by its contents, and is asked again after every
/// restart. So it has to give the same answers for the same question, today and tomorrow; it may be asked about any
/// instant, at any time, from any thread.
public protocol RecurrenceSchedule: Sendable {
    /// The first occurrence later than `instant`, or `nil` when there is none. An answer that is not later is a
    /// mistake of the schedule and stops the process, for it would be asked for ever.
    ///
    /// - Complexity: Is asked within a transaction of the store; should take microseconds.
    func next(after instant: Timestamp) -> Timestamp?
}

/// Rules of your own by their names: a value that is built and handed over.
///
/// Registering never throws; what is wrong with it is kept, and ``validate()`` throws all of it at once.
public struct RecurrenceSchedules: Sendable {
    private var schedules: [String: any RecurrenceSchedule] = [:]
    private var problems: [String] = []

    /// None.
    public init() {}

    /// The registered names, in alphabetical order.
    public var names: [String] { schedules.keys.sorted() }

    /// Registers a schedule under a name of 1 to ``TickerLimits/nameBytes`` bytes.
    public mutating func register(_ name: String, _ schedule: any RecurrenceSchedule) {
        problems += TickerSpec.nameProblems(name, of: "schedule name")
        if schedules[name] != nil {
            problems.append("the schedule \"\(name)\" is registered twice")
        } else {
            schedules[name] = schedule
        }
    }

    /// Throws every problem of the registrations at once.
    ///
    /// - Throws: ``TickerError`` with code `invalidSchedule`.
    public func validate() throws {
        guard problems.isEmpty else { throw TickerError(.invalidSchedule, problems.joined(separator: "; ")) }
    }

    subscript(name: String) -> (any RecurrenceSchedule)? { schedules[name] }
}
