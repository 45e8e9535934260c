import Foundation
import Tickers
import TickersSQLite

/// Where a job keeps its orders: a store in a file with the services' books beside it, or both in memory.
struct OrderStore {
    let store: any TickerStore
    let books: Books
    /// The store in the file; `nil` in memory.
    let file: SQLiteTickerStore?

    /// Opens what is there for these orders, or begins it.
    static func open(_ batch: OrderBatch, _ settings: Settings) async throws -> OrderStore {
        guard settings.store != Settings.memory else { return inMemory(batch) }
        let path = try settings.store ?? standardPath(for: batch)
        if settings.isFresh { try await remove(path) }
        let hasBooks = FileManager.default.fileExists(atPath: path + booksEnding)
        // As long as there is a file, an order is done once.
        let file = try SQLiteTickerStore(path: path, retention: Retention(age: .seconds(Int64.max), count: .max))
        do {
            let counts = try await file.counts()
            guard hasBooks || counts.open + counts.ended == 0 else {
                throw BooksError(description: "\(file.path): holds work of something else; name another --store")
            }
            let books = try Books(path: file.path + booksEnding, orders: batch.fingerprint)
            return OrderStore(store: file, books: books, file: file)
        } catch {
            try await file.close()
            throw error
        }
    }

    /// Closes the file in good order.
    func close() async throws { try await file?.close() }

    private static let booksEnding = "-books"

    private static func inMemory(_ batch: OrderBatch) -> OrderStore {
        let retention = Retention(age: .seconds(86_400), count: max(10_000, batch.orders.count))
        return OrderStore(store: MemoryTickerStore(retention: retention), books: Books(), file: nil)
    }

    /// The same file for the same orders, in a folder of this user's.
    private static func standardPath(for batch: OrderBatch) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("OrderWorkflow-\(getuid())")
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        return folder.appendingPathComponent("orders-\(batch.fingerprint.prefix(8)).db").path
    }

    private static func remove(_ path: String) async throws {
        if FileManager.default.fileExists(atPath: path) {
            // Only the one owner of a file may remove it, and only a file of tickers.
            try await SQLiteTickerStore(path: path).close()
        }
        for ending in ["", "-wal", "-shm", "-owner", booksEnding]
        where FileManager.default.fileExists(atPath: path + ending) {
            try FileManager.default.removeItem(atPath: path + ending)
        }
    }
}
