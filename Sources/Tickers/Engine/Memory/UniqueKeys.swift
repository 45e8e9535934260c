/// Which keys are in use, by whom and for how long.
///
/// Keys of tickers belong to their function, keys of workflows to all of them. What is held for a window is forgotten when
/// that has passed, so the size follows the keys in use, not those ever used.
package struct UniqueKeys {
    /// A key with what it is a key of.
    package struct Name: Hashable, Sendable {
        /// The function; `nil` for a key of a whole workflow.
        package let function: String?
        package let key: String

        package init(function: String?, key: String) {
            self.function = function
            self.key = key
        }
    }

    /// Who holds a key.
    package struct Holder: Hashable, Sendable {
        package let ticker: TickerID
        package let workflow: WorkflowID
        /// Until when it is held whatever happens; `nil` is until the end.
        package let until: Timestamp?

        package init(ticker: TickerID, workflow: WorkflowID, until: Timestamp?) {
            self.ticker = ticker
            self.workflow = workflow
            self.until = until
        }
    }

    private struct Window: Comparable {
        let until: Timestamp
        let name: Name

        static func < (left: Window, right: Window) -> Bool { left.until < right.until }
        static func == (left: Window, right: Window) -> Bool { left.until == right.until }
    }

    private var holders: [Name: Holder] = [:]
    private var windows = Heap<Window>()
    private let isRecording: Bool
    /// Keys that have changed hands since a store that writes them down last wrote.
    package var changed: Set<Name> = []

    package init(isRecording: Bool = false) { self.isRecording = isRecording }

    package var count: Int { holders.count }

    /// Who holds the key at `now`. O(1).
    package func holder(of name: Name, now: Timestamp) -> Holder? {
        guard let holder = holders[name] else { return nil }
        if let until = holder.until, until <= now { return nil }
        return holder
    }

    /// Gives the key to `holder`, whoever had it. Amortised O(log n) for a window, O(1) until the end.
    package mutating func take(_ name: Name, by holder: Holder, now: Timestamp) {
        forgetPassedWindows(now: now)
        if isRecording { changed.insert(name) }
        holders[name] = holder
        if let until = holder.until { windows.insert(Window(until: until, name: name)) }
    }

    /// Gives the key back if `ticker` holds it until its end. O(1).
    package mutating func ended(_ name: Name, of ticker: TickerID) {
        guard let holder = holders[name], holder.ticker == ticker, holder.until == nil else { return }
        if isRecording { changed.insert(name) }
        holders[name] = nil
    }

    /// Who holds the key as far as is known here, its window passed or not. O(1).
    package func known(_ name: Name) -> Holder? { holders[name] }

    /// Takes in what a file says of a key. Amortised O(log n) for a window, O(1) until the end.
    package mutating func restore(_ name: Name, _ holder: Holder) {
        holders[name] = holder
        if let until = holder.until { windows.insert(Window(until: until, name: name)) }
    }

    /// Drops what is known of a key; a file still knows it. O(1).
    package mutating func forget(_ name: Name) { holders[name] = nil }

    private mutating func forgetPassedWindows(now: Timestamp) {
        while let window = windows.first, window.until <= now {
            _ = windows.popFirst()
            // The key may have been taken again since, for longer.
            if let until = holders[window.name]?.until, until <= now { holders[window.name] = nil }
        }
    }
}
