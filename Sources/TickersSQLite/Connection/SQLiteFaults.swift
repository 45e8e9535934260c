import Synchronization

/// A failure that SQLite may answer with, by SQLite's own number.
public enum SQLiteFault: Int32, Sendable, Hashable, CaseIterable {
    /// `SQLITE_BUSY`: another connection is in the way.
    case busy = 5
    /// `SQLITE_NOMEM`: no memory.
    case outOfMemory = 7
    /// `SQLITE_READONLY`: the file may not be written.
    case readOnly = 8
    /// `SQLITE_IOERR`: the disk does not do what it is told.
    case inputOutput = 10
    /// `SQLITE_CORRUPT`: the file is damaged.
    case corrupt = 11
    /// `SQLITE_FULL`: the disk is full.
    case full = 13
    /// `SQLITE_CANTOPEN`: a file cannot be opened.
    case cannotOpen = 14
    /// `SQLITE_NOTADB`: the file is no database.
    case notADatabase = 26
}

/// A plan for tests: makes a chosen call to SQLite fail, instead of making it.
///
/// Every call that can fail is counted: opening, preparing, binding text or bytes, stepping, executing, checkpointing. Rolling
/// back and closing are not, so that what a failure leaves behind can always be cleared away.
public final class SQLiteFaults: Sendable {
    private struct Plan {
        /// How many calls pass before the first that fails.
        var passing: Int
        let fault: SQLiteFault
        let isLasting: Bool
    }

    private struct State {
        var callCount = 0
        var faultCount = 0
        var plan: Plan?

        mutating func callMade() -> SQLiteFault? {
            callCount += 1
            guard var plan else { return nil }
            guard plan.passing == 0 else {
                plan.passing -= 1
                self.plan = plan
                return nil
            }
            if !plan.isLasting { self.plan = nil }
            faultCount += 1
            return plan.fault
        }
    }

    private let state = Mutex(State())

    /// Nothing fails until ``fail(call:with:lasting:)``.
    public init() {}

    /// Makes one call fail, in place of an earlier plan. O(1).
    ///
    /// - Parameters:
    ///   - call: Which one, counted from now; 1 is the next.
    ///   - fault: What it fails with.
    ///   - isLasting: Whether every call after it fails too, until ``heal()``.
    public func fail(call: Int, with fault: SQLiteFault, lasting isLasting: Bool = false) {
        precondition(call > 0, "calls are counted from 1")
        state.withLock { $0.plan = Plan(passing: call - 1, fault: fault, isLasting: isLasting) }
    }

    /// Lets every call pass from now on. O(1).
    public func heal() {
        state.withLock { $0.plan = nil }
    }

    /// The calls so far, with those that failed. O(1).
    public var callCount: Int { state.withLock { $0.callCount } }

    /// The calls that were made to fail so far. O(1).
    public var faultCount: Int { state.withLock { $0.faultCount } }

    /// Counts a call. Returns the code to answer with instead of making it, if there is one.
    func next() -> Int32? { state.withLock { $0.callMade() }?.rawValue }
}
