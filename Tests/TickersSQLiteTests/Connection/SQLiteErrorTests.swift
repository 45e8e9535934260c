import Testing
import Tickers
import TickersSQLite

@Suite("What SQLite's codes mean")
struct SQLiteErrorTests {
    private static let meanings: [(Int32, TickerError.Code)] = [
        (1, .storeFailed),  // SQLITE_ERROR
        (3, .storeCannotOpen),  // SQLITE_PERM
        (5, .storeBusy),  // SQLITE_BUSY
        (261, .storeBusy),  // SQLITE_BUSY_RECOVERY
        (517, .storeBusy),  // SQLITE_BUSY_SNAPSHOT
        (6, .storeBusy),  // SQLITE_LOCKED
        (7, .storeFailed),  // SQLITE_NOMEM
        (8, .storeReadOnly),  // SQLITE_READONLY
        (776, .storeReadOnly),  // SQLITE_READONLY_ROLLBACK
        (1_032, .storeCannotOpen),  // SQLITE_READONLY_DBMOVED
        (10, .storeFailed),  // SQLITE_IOERR
        (1_034, .storeFailed),  // SQLITE_IOERR_FSYNC
        (11, .storeCorrupt),  // SQLITE_CORRUPT
        (779, .storeCorrupt),  // SQLITE_CORRUPT_INDEX
        (13, .storeFull),  // SQLITE_FULL
        (14, .storeCannotOpen),  // SQLITE_CANTOPEN
        (526, .storeCannotOpen),  // SQLITE_CANTOPEN_ISDIR
        (15, .storeBusy),  // SQLITE_PROTOCOL
        (18, .storeFailed),  // SQLITE_TOOBIG
        (21, .storeFailed),  // SQLITE_MISUSE
        (26, .storeNotADatabase),  // SQLITE_NOTADB
        (99, .storeFailed),
    ]

    @Test("each has its own, the extended ones that of their family", arguments: meanings)
    func codes(code: Int32, expected: TickerError.Code) {
        let error = TickerError.sqlite(code: code, message: "it says so", path: "/data/app.db", doing: "SELECT 1")
        #expect(error.code == expected)
        #expect(error.message.hasPrefix("/data/app.db: SQLite says \"it says so\" (code \(code)) at: SELECT 1. "))
        // A way out.
        #expect(error.message.hasSuffix("."))
    }

    @Test("the codes are apart from each other")
    func distinct() {
        let codes: [TickerError.Code] = [
            .storeLocked, .storeCorrupt, .storeNotADatabase, .storeSchemaTooNew, .storeFull, .storeReadOnly,
            .storeCannotOpen, .storeBusy, .storeFailed, .storeClosed,
        ]
        #expect(Set(codes).count == codes.count)
    }

    @Test("long statements are told by their beginning")
    func longStatements() {
        let sql = "SELECT " + String(repeating: "a, ", count: 500) + "b\nFROM t"
        let message = TickerError.sqlite(code: 1, message: "no", path: "app.db", doing: sql).message
        #expect(message.contains("at: SELECT a, a,"))
        #expect(message.contains("…"))
        #expect(message.count < 400)
        #expect(!TickerError.sqlite(code: 1, message: "no", path: "app.db", doing: "A\nB").message.contains("B"))
    }

    @Test("a schema that is too new names both versions and the way out")
    func schemaTooNew() {
        let error = TickerError.storeSchemaTooNew(found: 9, known: 3, path: "app.db")
        #expect(error.code == .storeSchemaTooNew)
        #expect(error.message.hasPrefix("app.db: has schema 9"))
        #expect(error.message.contains("up to 3"))
    }
}
