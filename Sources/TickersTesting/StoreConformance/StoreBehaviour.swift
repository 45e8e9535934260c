public import Tickers

/// Closes a store in an orderly way and opens it again: what comes back has everything that was stored.
public typealias StoreReopening = @Sendable (any TickerStore) async throws -> any TickerStore

/// One thing that every ``TickerStore`` has to do, named by a sentence.
public struct StoreBehaviour: Sendable, CustomStringConvertible {
    /// The sentence that is true of a store that behaves.
    public let name: String
    /// What the store has to keep of ended workflows; `nil` for anything that keeps a few hundred for a day.
    public let retention: Retention?
    private let body: @Sendable (inout StoreStage) async throws -> Void
    private let fileID: String
    private let line: Int

    init(
        _ name: String,
        retention: Retention? = nil,
        fileID: String = #fileID,
        line: Int = #line,
        _ body: @escaping @Sendable (inout StoreStage) async throws -> Void
    ) {
        self.name = name
        self.retention = retention
        self.body = body
        self.fileID = fileID
        self.line = line
    }

    /// The sentence.
    public var description: String { name }

    /// Checks the behaviour on a store that has just been made.
    ///
    /// - Parameters:
    ///   - makeStore: Makes an empty store. Called once.
    ///   - reopen: For a durable store: called whenever time passes and nothing runs, so that what is checked is a store
    ///     that is closed and opened all the time.
    /// - Throws: ``ExpectationMismatch``, which says what was expected and what was found.
    public func check(
        makeStore: @Sendable () async throws -> any TickerStore,
        reopen: StoreReopening? = nil
    ) async throws {
        var stage = StoreStage(store: try await makeStore(), reopen: reopen)
        do {
            try await body(&stage)
        } catch let mismatch as ExpectationMismatch {
            throw ExpectationMismatch("\(name)\n\(mismatch.message)", fileID: mismatch.fileID, line: mismatch.line)
        } catch {
            throw ExpectationMismatch("\(name)\nThe store threw \(error)", fileID: fileID, line: line)
        }
    }
}
