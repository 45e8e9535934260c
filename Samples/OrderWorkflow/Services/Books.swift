import Foundation

/// Why the books cannot be used.
struct BooksError: Error, CustomStringConvertible {
    let description: String
}

/// What the services have done, a line each in a file.
///
/// The services are simulated, but a bank and a warehouse do not forget when this program is killed. The operating system
/// has a line once it is written, so it outlives the process, though not the power.
final class Books: Sendable {
    /// Something that a service did, or was asked to do.
    struct Entry: Codable, Sendable {
        enum Act: String, Codable, Sendable {
            case opened
            case chargeTried, charged, voided
            case reserved, released, booked, parcelSent
            case mailTried, confirmed, apologised
            case caseOpened
        }

        let act: Act
        /// The order's id; the ticker's for a case, the fingerprint of the orders for the opening.
        let subject: String
        /// Cents that were charged, the place of the item that was booked.
        var number: Int?
        /// What was set aside.
        var items: [Order.Item]?
    }

    /// What had been written before.
    let past: [Entry]
    private let file: Int32?

    /// Books in memory only, for services that need not remember.
    init() {
        past = []
        file = nil
    }

    /// Opens or begins the books of these orders.
    ///
    /// - Throws: ``BooksError`` when they are the books of other orders, or cannot be read or written.
    init(path: String, orders fingerprint: String) throws {
        file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard let file, file >= 0 else { throw BooksError(description: "\(path): \(String(cString: strerror(errno)))") }
        past = try Self.entries(of: file, path: path)
        guard let first = past.first else {
            try add(Entry(act: .opened, subject: fingerprint))
            return
        }
        guard first.act == .opened, first.subject == fingerprint else {
            throw BooksError(
                description:
                    "\(path): these are the books of other orders; begin anew with --fresh, or name another --store"
            )
        }
    }

    deinit { if let file, file >= 0 { close(file) } }

    /// Writes a line, and returns once the operating system has it.
    func add(_ entry: Entry) throws {
        guard let file else { return }
        let line = try JSONEncoder().encode(entry) + Data("\n".utf8)
        let written = line.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        guard written == line.count else {
            throw BooksError(description: "the books: \(String(cString: strerror(errno)))")
        }
    }

    /// What is in the file; half a line at the end is cut off, as one that was never written.
    private static func entries(of file: Int32, path: String) throws -> [Entry] {
        let bytes = try FileHandle(fileDescriptor: file, closeOnDealloc: false).readToEnd() ?? Data()
        let whole = bytes.prefix(through: bytes.lastIndex(of: UInt8(ascii: "\n")) ?? bytes.startIndex - 1)
        if whole.count < bytes.count { ftruncate(file, off_t(whole.count)) }
        let decoder = JSONDecoder()
        do {
            return try whole.split(separator: UInt8(ascii: "\n")).map { try decoder.decode(Entry.self, from: $0) }
        } catch is DecodingError {
            throw BooksError(description: "\(path): these are no books of this program")
        }
    }
}

/// What a service knows from the books alone.
protocol Recorded {
    init()
    /// Takes in what happened; entries of other services change nothing.
    mutating func happened(_ entry: Books.Entry)
}

/// A service's state, which changes by what is written into the books and by nothing else.
struct Account<State: Recorded> {
    private(set) var state = State()
    private let books: Books

    init(_ books: Books) {
        self.books = books
        for entry in books.past { state.happened(entry) }
    }

    mutating func enter(_ entry: Books.Entry) throws {
        try books.add(entry)
        state.happened(entry)
    }
}
