/// Two lists of names laid side by side by their longest common subsequence, so that one missing name does not make all
/// that follow it look wrong.
enum Alignment {
    enum Pair: Hashable {
        case both(expected: Int, actual: Int)
        /// Expected and not there.
        case missing(Int)
        /// There and not expected.
        case surplus(Int)
    }

    /// O(n × differences).
    static func of(expected: [String], actual: [String]) -> [Pair] {
        var missing: Set<Int> = []
        var surplus: Set<Int> = []
        for change in actual.difference(from: expected) {
            switch change {
            case .remove(let offset, _, _): missing.insert(offset)
            case .insert(let offset, _, _): surplus.insert(offset)
            }
        }
        var pairs: [Pair] = []
        var (left, right) = (0, 0)
        while left < expected.count || right < actual.count {
            if missing.contains(left) {
                pairs.append(.missing(left))
                left += 1
            } else if surplus.contains(right) {
                pairs.append(.surplus(right))
                right += 1
            } else {
                pairs.append(.both(expected: left, actual: right))
                left += 1
                right += 1
            }
        }
        return pairs
    }
}
