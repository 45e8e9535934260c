import Tickers

struct NoAnswer: Error, CustomStringConvertible {
    let region: String
    var description: String { "\(region) does not answer" }
}

struct NoCapacity: Error, CustomStringConvertible {
    let region: String
    var description: String { "\(region) has no capacity" }
}

/// What runs in which region.
actor Fleet {
    private(set) var versions: [String: String]
    private let full: String?
    private let durations: [String: Duration]

    /// - Parameters:
    ///   - version: What runs everywhere at first.
    ///   - durations: How long a deployment takes in each region.
    ///   - full: The region that has no room for another version.
    init(running version: String, durations: [String: Duration], full: String? = nil) {
        versions = durations.mapValues { _ in version }
        self.durations = durations
        self.full = full
    }

    nonisolated func duration(of region: String) -> Duration { durations[region, default: .zero] }

    func deploy(_ deployment: Deployment) throws -> Deployed {
        let region = deployment.region
        guard region != full, let previous = versions[region] else { throw NoCapacity(region: region) }
        versions[region] = deployment.version
        return Deployed(region: region, previous: previous)
    }

    /// Puts back what ran before. The first call in each region gets no answer.
    func rollBack(_ done: Deployed, attempt: Int) throws {
        if attempt == 1 { throw NoAnswer(region: done.region) }
        versions[done.region] = done.previous
    }
}
