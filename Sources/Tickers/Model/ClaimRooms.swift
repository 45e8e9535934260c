/// How many runs the limits of functions and queues allow a claim to start.
package struct ClaimRooms: Sendable {
    /// The limits that a run counts against, by position in ``left``; `nil` where there is none.
    package struct Limits: Sendable, Hashable {
        package let function: Int?
        package let queue: Int?

        package init(function: Int?, queue: Int?) {
            self.function = function
            self.queue = queue
        }
    }

    /// Which limit a function has under each of its names.
    package private(set) var ofFunction: [String: Int] = [:]
    package private(set) var ofQueue: [String: Int] = [:]
    /// Runs that each limit still allows, in the order in which the limits were added.
    package var left: [Int] = []

    package init() {}

    /// Adds a limit that all names of a function share.
    package mutating func limit(functions names: Set<String>, to room: Int) {
        for name in names { ofFunction[name] = left.count }
        left.append(room)
    }

    /// Adds a limit of a queue.
    package mutating func limit(queue name: String, to room: Int) {
        ofQueue[name] = left.count
        left.append(room)
    }

    /// The limits of a function in a queue. O(1).
    package func limits(function: String, queue: String) -> Limits {
        Limits(
            function: ofFunction.isEmpty ? nil : ofFunction[function],
            queue: ofQueue.isEmpty ? nil : ofQueue[queue]
        )
    }

    package func hasRoom(_ limits: Limits) -> Bool {
        if let function = limits.function, left[function] <= 0 { return false }
        if let queue = limits.queue, left[queue] <= 0 { return false }
        return true
    }

    package mutating func take(_ limits: Limits) {
        if let function = limits.function { left[function] -= 1 }
        if let queue = limits.queue { left[queue] -= 1 }
    }
}
