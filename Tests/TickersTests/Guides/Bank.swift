import Synchronization

/// A bank that books each key once, and may be out of reach or lose its answer.
final class Bank: Sendable {
    enum Mood: Sendable {
        case well, declining, silent
        /// Books, and does not answer.
        case losingAnswers
    }

    private let state = Mutex((booked: [String: String](), mood: Mood.well, calls: 0))

    init(_ mood: Mood = .well) { state.withLock { $0.mood = mood } }

    func change(to mood: Mood) { state.withLock { $0.mood = mood } }

    /// The bookings, by key.
    var booked: [String: String] { state.withLock { $0.booked } }
    var calls: Int { state.withLock { $0.calls } }

    func charge(_ order: RecoveryGuide.Order, key: String) async throws -> String {
        try state.withLock { state in
            state.calls += 1
            switch state.mood {
            case .declining: throw RecoveryGuide.CardDeclined()
            case .silent: throw RecoveryGuide.NoAnswer()
            case .losingAnswers where state.calls == 1:
                state.booked[key] = order.id
                throw RecoveryGuide.NoAnswer()
            case .well, .losingAnswers:
                state.booked[key] = order.id
                return "receipt of \(order.id)"
            }
        }
    }
}
