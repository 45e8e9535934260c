/// The stored form: a flat object, such as `{"cron": "0 2 * * *", "zone": "Europe/Berlin", "maximum": 10}`. Times and
/// durations are in microseconds, as their keys say; what has its default is left out.
extension RecurrenceRule: Codable {
    private enum CodingKeys: String, CodingKey {
        case cron, zone, every_us, anchor_us, once_us, custom
        case start_us, end_us, maximum, jitter_us, skipped, repeated
    }

    /// Reads the stored form. A cron expression or time zone that this system does not know becomes a rule with that
    /// problem, so that it can still be shown; a custom schedule has to be found again by its name.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func timestamp(_ key: CodingKeys) throws -> Timestamp? {
            try container.decodeIfPresent(Int64.self, forKey: key).map(Timestamp.init(microseconds:))
        }
        if let cron = try container.decodeIfPresent(String.self, forKey: .cron) {
            self.init(RecurrenceTiming(cron: cron, zone: try container.decode(String.self, forKey: .zone)))
        } else if let period = try container.decodeIfPresent(Int64.self, forKey: .every_us) {
            self.init(.interval(.microseconds(period), anchor: try timestamp(.anchor_us)))
        } else if let name = try container.decodeIfPresent(String.self, forKey: .custom) {
            self.init(.custom(CustomTiming(name: name)))
        } else {
            self.init(.once(Timestamp(microseconds: try container.decode(Int64.self, forKey: .once_us))))
        }
        start = try timestamp(.start_us)
        end = try timestamp(.end_us)
        maximumCount = try container.decodeIfPresent(Int.self, forKey: .maximum)
        jitter = .microseconds(try container.decodeIfPresent(Int64.self, forKey: .jitter_us) ?? 0)
        let (skipped, repeated) = (DaylightSaving.SkippedTimes.self, DaylightSaving.RepeatedTimes.self)
        daylightSaving.skippedTimes = try container.decodeIfPresent(skipped, forKey: .skipped) ?? .runAtGapEnd
        daylightSaving.repeatedTimes = try container.decodeIfPresent(repeated, forKey: .repeated) ?? .first
    }

    /// Writes the stored form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch timing {
        case .interval(let period, let anchor):
            try container.encode(period.wholeMicroseconds, forKey: .every_us)
            try container.encodeIfPresent(anchor?.microseconds, forKey: .anchor_us)
        case .cron(let expression, let clock):
            try container.encode(expression.text, forKey: .cron)
            try container.encode(clock.identifier, forKey: .zone)
        case .once(let instant): try container.encode(instant.microseconds, forKey: .once_us)
        case .custom(let custom): try container.encode(custom.name, forKey: .custom)
        case .unreadable(let timing):
            try container.encode(timing.expression, forKey: .cron)
            try container.encode(timing.zone, forKey: .zone)
        }
        try container.encodeIfPresent(start?.microseconds, forKey: .start_us)
        try container.encodeIfPresent(end?.microseconds, forKey: .end_us)
        try container.encodeIfPresent(maximumCount, forKey: .maximum)
        if jitter != .zero { try container.encode(jitter.wholeMicroseconds, forKey: .jitter_us) }
        let standard = DaylightSaving.standard
        if daylightSaving.skippedTimes != standard.skippedTimes {
            try container.encode(daylightSaving.skippedTimes, forKey: .skipped)
        }
        if daylightSaving.repeatedTimes != standard.repeatedTimes {
            try container.encode(daylightSaving.repeatedTimes, forKey: .repeated)
        }
    }
}
