import Testing
import Tickers
import TickersSQLite
import TickersSQLiteTesting

@Suite("Planned faults")
struct SQLiteFaultsTests {
    /// What each fault is called where it comes up.
    private static let codes: [SQLiteFault: TickerError.Code] = [
        .busy: .storeBusy, .outOfMemory: .storeFailed, .readOnly: .storeReadOnly, .inputOutput: .storeFailed,
        .corrupt: .storeCorrupt, .full: .storeFull, .cannotOpen: .storeCannotOpen, .notADatabase: .storeCorrupt,
    ]

    @Test("each fault at each call leaves a connection that works once healed", arguments: SQLiteFault.allCases)
    func everyCall(fault: SQLiteFault) throws {
        let clean = SQLiteFaults()
        #expect(try !survives(clean))
        for call in 1...clean.callCount {
            for isLasting in [false, true] {
                let faults = SQLiteFaults()
                faults.fail(call: call, with: fault, lasting: isLasting)
                #expect(try survives(faults, fault), "call \(call) has not failed")
            }
        }
    }

    /// Works under a plan, heals, and works again. Returns whether anything failed; leaves the calls of the first work counted.
    private func survives(_ faults: SQLiteFaults, _ fault: SQLiteFault? = nil) throws -> Bool {
        var work = RawWork(disk: FaultyDisk(), durability: .full, seed: 1)
        work.faults = faults
        var connection: SQLiteConnection?
        do {
            let opened = try work.open()
            connection = opened
            try work.work(opened, transactions: 3)
            try opened.close()
        } catch let error as TickerError {
            // Until it is open a file that is no database may be anybody's.
            let isForeign = connection == nil && error.code == .storeNotADatabase && fault == .notADatabase
            #expect(isForeign || error.code == fault.flatMap { Self.codes[$0] }, "\(error)")
            #expect(error.message.contains("app.db"))
        }
        let hasFailed = faults.faultCount > 0
        let count = faults.callCount
        faults.heal()
        work.faults = nil
        let healed = try connection.flatMap { $0.isOpen ? $0 : nil } ?? work.open()
        let (lost, problems) = try work.inspect(healed)
        #expect(lost == 0, "call \(count)")
        #expect(problems == [], "call \(count)")
        let before = work.answered
        try work.work(healed, transactions: 2)
        #expect(work.answered == before + 2, "call \(count)")
        #expect(!healed.isInTransaction)
        try healed.close()
        return hasFailed
    }

    @Test("calls are counted, and only the planned one fails")
    func counting() throws {
        let faults = SQLiteFaults()
        var work = RawWork(disk: FaultyDisk(), durability: .full, seed: 1)
        work.faults = faults
        let connection = try work.open()
        let before = faults.callCount
        _ = try connection.pragma("user_version")
        // Preparing and stepping.
        #expect(faults.callCount == before + 2)
        faults.fail(call: 2, with: .full)
        try connection.execute("SELECT 1")
        expect(.storeFull) { try connection.execute("SELECT 1") }
        try connection.execute("SELECT 1")
        #expect(faults.faultCount == 1)
        faults.fail(call: 1, with: .busy, lasting: true)
        for _ in 0..<3 { expect(.storeBusy) { try connection.execute("SELECT 1") } }
        faults.heal()
        try connection.execute("SELECT 1")
        #expect(faults.faultCount == 4)
    }

    @Test("a commit that is made to fail has committed nothing after the rollback")
    func failedCommit() throws {
        let faults = SQLiteFaults()
        var work = RawWork(disk: FaultyDisk(), durability: .full, seed: 1)
        work.faults = faults
        let connection = try work.open()
        try connection.begin()
        try connection.execute("INSERT INTO rows VALUES (1, 0, 1, x'01')")
        _ = try connection.statement("COMMIT")
        faults.fail(call: 1, with: .inputOutput)
        expect(.storeFailed) { try connection.commit() }
        #expect(connection.isInTransaction)
        connection.rollback()
        #expect(!connection.isInTransaction)
        #expect(try work.found(connection) == 0)
    }
}
