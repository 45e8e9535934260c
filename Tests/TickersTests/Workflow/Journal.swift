import Synchronization

/// What handlers wrote down, in the order in which they did.
final class Journal: Sendable {
    private let written = Mutex<[String]>([])

    var lines: [String] { written.withLock { $0 } }

    func note(_ line: String) { written.withLock { $0.append(line) } }
}
