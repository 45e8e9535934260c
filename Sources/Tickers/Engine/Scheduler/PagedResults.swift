/// What a query asks for, read page by page while it is iterated.
///
/// Nothing is held between two pages. Each element comes at most once, as it stood when its page was read; what is stored
/// meanwhile comes too where the order leads there. Can be iterated any number of times; each one reads anew.
public struct PagedResults<Element: Sendable>: AsyncSequence, Sendable {
    /// One page, and where the next one begins.
    package typealias Part = (elements: [Element], next: TickerID?)

    private let part: @Sendable (TickerID?) async throws -> Part

    package init(part: @escaping @Sendable (TickerID?) async throws -> Part) {
        self.part = part
    }

    /// An iterator that begins at the first page.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(part: part) }

    /// Reads one page after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let part: @Sendable (TickerID?) async throws -> Part
        private var elements: [Element] = []
        private var position = 0
        private var cursor: TickerID?
        private var isAtEnd = false

        fileprivate init(part: @escaping @Sendable (TickerID?) async throws -> Part) {
            self.part = part
        }

        /// The next element; `nil` after the last.
        ///
        /// - Throws: `CancellationError` when the task is cancelled, and what the store throws.
        public mutating func next() async throws -> Element? {
            while position == elements.count {
                guard !isAtEnd else { return nil }
                (elements, cursor) = try await part(cursor)
                position = 0
                isAtEnd = cursor == nil
            }
            defer { position += 1 }
            return elements[position]
        }
    }
}
