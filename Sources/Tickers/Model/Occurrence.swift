/// One occurrence of a recurrence, as its handlers see it: the recurrence's name and the instant by its rule are its identity.
public struct Occurrence: Sendable, Hashable, Codable {
    /// The recurrence's name.
    public let name: String
    /// The instant by the rule, or that of the call for one that was triggered by hand.
    public let instant: Timestamp
    /// How many occurrences before it were missed, since the last one that was created.
    public let missed: Int

    package init(name: String, instant: Timestamp, missed: Int) {
        self.name = name
        self.instant = instant
        self.missed = missed
    }
}
