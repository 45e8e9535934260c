import Foundation
import Tickers

/// Which row of a large change it is: a ticker's own, with its attempts, or that of an edge to it.
struct RowName: Hashable {
    let ticker: Int64
    /// The place among the edges to the ticker; `nil` for its own row.
    let position: Int32?

    init(ticker: Int64, position: Int32? = nil) {
        (self.ticker, self.position) = (ticker, position)
    }
}

/// Rows on their way into the redo log: for each the statements that will write it, with what is bound to them.
///
/// The bytes of a row are its ticker's serial, its position plus one or zero, the statements and a zero. A statement is its number, then
/// how many values it has, then these, each behind a byte that says its kind. Numbers are variable-length integers, seven bits
/// to the byte, the lowest first; those that may be negative are zigzag coded. That is how Protocol Buffers has them. In a large change
/// most rows come to the same as the one before, but for their names; such a row says where those statements are.
struct RedoRecorder {
    private(set) var bytes: [UInt8] = []
    /// Where the present row's statements begin.
    private var rowStart = 0
    /// Where the number of the latest statement's values stands.
    private var countPlace = 0
    /// What the latest row of a ticker came to, and where its statements are.
    private var latestTicker: (digest: RowDigest, start: Int)?
    /// What the latest row of an edge came to, and where its statements are.
    private var latestEdge: (verdict: EdgeVerdict, workflow: Int64, start: Int)?

    /// Leaves nothing behind.
    mutating func move() -> RedoRecorder {
        defer { self = RedoRecorder() }
        return self
    }

    // MARK: Rows

    /// Begins a row. Returns where its statements will begin.
    mutating func begin(_ name: RowName) -> Int {
        add(bits: RedoBytes.zigzag(name.ticker))
        add(bits: UInt64(name.position.map { Int64($0) + 1 } ?? 0))
        rowStart = bytes.count
        return rowStart
    }

    mutating func end() { bytes.append(0) }

    /// Records that a ticker's row comes to the same as the one before, if it does.
    mutating func repeats(_ digest: RowDigest) -> Bool {
        guard let start = latestTicker?.start, latestTicker?.digest == digest else { return false }
        repeatStatements(at: start)
        return true
    }

    /// Says what a ticker's row has come to that has just been recorded.
    mutating func recorded(_ digest: RowDigest) { latestTicker = (digest, rowStart) }

    /// Records that an edge's row comes to the same as the one before, if it does.
    mutating func repeats(_ verdict: EdgeVerdict, in workflow: Int64) -> Bool {
        guard let latestEdge, latestEdge.verdict == verdict, latestEdge.workflow == workflow else { return false }
        repeatStatements(at: latestEdge.start)
        return true
    }

    /// Says what an edge's row has come to that has just been recorded.
    mutating func recorded(_ verdict: EdgeVerdict, in workflow: Int64) { latestEdge = (verdict, workflow, rowStart) }

    private mutating func repeatStatements(at start: Int) {
        bytes.append(RedoBytes.repetition)
        add(bits: UInt64(start))
    }

    // MARK: Statements

    mutating func begin(_ statement: TickerFile.Statement) {
        bytes.append(statement.rawValue)
        countPlace = bytes.count
        bytes.append(0)
    }

    mutating func addNull() { open(.null) }

    /// The serial of the row's ticker.
    mutating func addTicker() { open(.ticker) }

    /// The row's place among the edges to its ticker.
    mutating func addPosition() { open(.position) }

    mutating func add(_ value: Int64) {
        open(.integer)
        add(bits: RedoBytes.zigzag(value))
    }

    mutating func add(_ value: String) {
        open(.text)
        var value = value
        value.withUTF8 { text in
            add(bits: UInt64(text.count))
            bytes.append(contentsOf: text)
        }
    }

    mutating func add(_ value: Data) {
        open(.blob)
        add(bits: UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    private mutating func open(_ kind: RedoBytes.Kind) {
        bytes[countPlace] += 1
        bytes.append(kind.rawValue)
    }

    private mutating func add(bits: UInt64) {
        var bits = bits
        while bits >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: bits) | 0x80)
            bits >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: bits))
    }
}

/// All that is written of what becomes of a ticker that has never started: two rows with the same one differ by their names only.
struct RowDigest: Equatable {
    private let state: TickerState
    private let isAlone: Bool
    private let isRetriedByHand: Bool
    private let isStopping: Bool
    private let crashes: UInt8
    private let attempts: Int32
    private let maxAttempts: Int32
    private let lease: UInt64
    private let due: Timestamp
    private let releasedAt: Timestamp
    private let endedAt: Timestamp
    private let expires: Timestamp?
    private let reason: EndReason?
    private let failure: TickerFailure?

    /// `nil` for a ticker that has started, of which more is written.
    init?(_ row: TickerRow, output: Payload, isAlone: Bool) {
        guard !row.hasStarted, row.startedAt == .distantPast, row.log == nil, row.progress == nil else { return nil }
        guard case .nothing = output.content else { return nil }
        self.isAlone = isAlone
        state = row.state
        isRetriedByHand = row.isRetriedByHand
        isStopping = row.cancelRequested
        crashes = row.crashes
        attempts = row.attempts
        maxAttempts = row.maxAttempts
        lease = row.lease
        due = row.due
        releasedAt = row.releasedAt
        endedAt = row.endedAt
        expires = row.expiryInstant
        reason = row.reason
        failure = row.failure?.failure
    }
}

/// Reads what a ``RedoRecorder`` has recorded. Whatever the bytes are, it stays within them.
struct RedoBytes {
    enum Kind: UInt8 {
        case null, integer, text, blob, ticker, position
    }

    enum Value: Hashable {
        case null
        case integer(Int64)
        case text(String)
        case blob(Data)
    }

    /// Stands in the place of a statement's number before the place where the row's statements are.
    static let repetition: UInt8 = 255

    /// What is thrown for bytes that no recorder has written.
    struct Damage: Error {}

    private let bytes: ArraySlice<UInt8>
    /// How far it has come.
    private(set) var place: Int

    /// - Parameter start: Where to begin: at a row, or at its statements.
    init(_ bytes: [UInt8], from start: Int = 0) {
        self.bytes = bytes[...]
        place = start
    }

    var isAtEnd: Bool { place >= bytes.endIndex }

    mutating func name() throws -> RowName {
        let ticker = Self.unzigzag(try bits())
        guard let position = Int32(exactly: Int64(bitPattern: try bits()) - 1), position >= -1 else { throw Damage() }
        return RowName(ticker: ticker, position: position < 0 ? nil : position)
    }

    /// Where the statements are that a row repeats, if it does; goes behind it then.
    mutating func repetition() throws -> RedoBytes? {
        guard place < bytes.endIndex, bytes[place] == Self.repetition else { return nil }
        let own = place
        place += 1
        let start = try bits()
        guard start < UInt64(own), try byte() == 0 else { throw Damage() }
        var repeated = self
        repeated.place = Int(start)
        return repeated
    }

    /// Goes behind the statements of a row.
    mutating func skipStatements() throws {
        while let (_, values) = try statement() {
            for _ in 0..<values { _ = try value(RowName(ticker: 0)) }
        }
    }

    /// The next statement of a row, with how many values it has; `nil` after the last one.
    mutating func statement() throws -> (name: TickerFile.Statement, values: Int)? {
        let number = try byte()
        guard number != 0 else { return nil }
        guard let name = TickerFile.Statement(rawValue: number), name.isOfRows else { throw Damage() }
        return (name, Int(try byte()))
    }

    /// The next value of a statement that writes a row of this name.
    mutating func value(_ name: RowName) throws -> Value {
        guard let kind = Kind(rawValue: try byte()) else { throw Damage() }
        switch kind {
        case .null: return .null
        case .integer: return .integer(Self.unzigzag(try bits()))
        case .text: return .text(String(decoding: try run(), as: UTF8.self))
        case .blob: return .blob(Data(try run()))
        case .ticker: return .integer(name.ticker)
        case .position: return .integer(Int64(name.position ?? -1))
        }
    }

    private mutating func byte() throws -> UInt8 {
        guard place < bytes.endIndex else { throw Damage() }
        defer { place += 1 }
        return bytes[place]
    }

    private mutating func bits() throws -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            let next = try byte()
            value |= UInt64(next & 0x7f) << UInt64(shift)
            if next < 0x80 { return value }
        }
        throw Damage()
    }

    private mutating func run() throws -> ArraySlice<UInt8> {
        let count = try bits()
        guard count <= UInt64(bytes.endIndex - place) else { throw Damage() }
        defer { place += Int(count) }
        return bytes[place..<place + Int(count)]
    }

    static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }

    static func unzigzag(_ bits: UInt64) -> Int64 { Int64(bitPattern: bits >> 1) ^ -Int64(bitPattern: bits & 1) }
}
