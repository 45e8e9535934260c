import Foundation

/// Why a file holds no orders to work on, one line per problem.
struct OrderFileError: Error {
    let lines: [String]
}

/// The orders of a file, and what tells them from those of another one.
struct OrderBatch: Sendable {
    let orders: [Order]
    /// 16 hexadecimal digits, the same for the same bytes.
    let fingerprint: String
}

/// Reads all orders of a file, or none: every problem is found before the first order is worked on.
struct OrderFile {
    private static let problemsShown = 10
    private let name: String
    private let bytes: [UInt8]

    /// - Parameter path: `-` for the standard input.
    static func read(_ path: String) throws -> OrderBatch {
        let name = name(of: path)
        var bytes = [UInt8](try contents(of: path))
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes.removeFirst(3) }
        return OrderBatch(orders: try OrderFile(name: name, bytes: bytes).orders(), fingerprint: fingerprint(bytes))
    }

    /// FNV-1a with 64 bits.
    private static func fingerprint(_ bytes: [UInt8]) -> String {
        let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// What to call the file in sentences.
    static func name(of path: String) -> String { path == "-" ? "standard input" : path }

    private static func contents(of path: String) throws -> Data {
        do {
            guard path != "-" else { return try FileHandle.standardInput.readToEnd() ?? Data() }
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw OrderFileError(lines: ["\(path): there is no such file"])
            }
            if isDirectory.boolValue { throw OrderFileError(lines: ["\(path): is a folder, not a file of orders"]) }
            guard FileManager.default.isReadableFile(atPath: path) else {
                throw OrderFileError(lines: ["\(path): may not be read; see its permissions"])
            }
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { file.closeFile() }
            return try file.readToEnd() ?? Data()
        } catch let error as CocoaError {
            throw OrderFileError(lines: ["\(path): cannot be read: \(error.localizedDescription)"])
        }
    }

    private func orders() throws -> [Order] {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw OrderFileError(lines: ["\(name): is not UTF-8 text"])
        }
        do {
            try JSONScanner.check(bytes)
        } catch let error as JSONScanner.SyntaxError {
            let position = TextPosition(offset: error.offset, in: bytes)
            throw OrderFileError(lines: ["\(name):\(position.line):\(position.column): \(error.message)"])
        }
        let attempts: [Attempt]
        do {
            attempts = try JSONDecoder().decode([Attempt].self, from: Data(bytes))
        } catch let error as DecodingError {
            throw OrderFileError(lines: ["\(name): \(sentence(for: error))"])
        }
        let problems = try attempts.compactMap(\.problem).map(line(for:)) + doubles(among: attempts)
        guard problems.isEmpty else { throw OrderFileError(lines: shortened(problems)) }
        return attempts.compactMap(\.order)
    }

    /// An order, or why it is none; so that one that does not decode does not hide the next.
    private struct Attempt: Decodable {
        let order: Order?
        let problem: DecodingError?

        init(from decoder: any Decoder) throws {
            do {
                order = try Order(from: decoder)
                problem = nil
            } catch let error as DecodingError {
                order = nil
                problem = error
            } catch {
                // Foundation keeps some of its errors to itself: halves of surrogate pairs end here.
                order = nil
                let what = "it holds a text or a number that no program can read"
                let context = DecodingError.Context(codingPath: decoder.codingPath, debugDescription: what)
                problem = .dataCorrupted(context)
            }
        }
    }

    private func doubles(among attempts: [Attempt]) throws -> [String] {
        var first: [String: Int] = [:]
        var problems: [String] = []
        for (index, attempt) in attempts.enumerated() {
            guard let id = attempt.order?.id else { continue }
            let line = "\(name): order \(index + 1) (line \(try lineNumber(of: [.index(index), .key("id")]))): "
            if id.isEmpty { problems.append(line + "\"id\" is empty") }
            if let other = first[id] {
                problems.append(line + "\"id\" is \"\(id)\", and so is that of order \(other + 1)")
            } else {
                first[id] = index
            }
        }
        return problems
    }

    private func shortened(_ problems: [String]) -> [String] {
        guard problems.count > Self.problemsShown else { return problems }
        return problems.prefix(Self.problemsShown) + ["… and \(problems.count - Self.problemsShown) more like these"]
    }

    private func line(for error: DecodingError) throws -> String {
        let path = error.path
        guard case .index(let index) = path.first else { return "\(name): \(sentence(for: error))" }
        return "\(name): order \(index + 1) (line \(try lineNumber(of: path))): \(sentence(for: error))"
    }

    private func lineNumber(of path: [JSONScanner.Step]) throws -> Int {
        TextPosition(offset: try JSONScanner.offset(of: path, in: bytes), in: bytes).line
    }

    private func sentence(for error: DecodingError) -> String {
        let subject = error.path.dropFirst().isEmpty ? "it" : "\"\(Self.text(error.path.dropFirst()))\""
        switch error {
        case .keyNotFound: return "\(subject) is missing"
        case .valueNotFound(let type, _): return "\(subject) is null and should be \(Self.noun(type))"
        case .typeMismatch(_, let context) where context.codingPath.isEmpty: return "it should be a list of orders"
        case .typeMismatch(let type, _): return "\(subject) should be \(Self.noun(type))"
        case .dataCorrupted(let context): return "\(subject) cannot be used: \(context.debugDescription)"
        @unknown default: return "\(subject): \(error)"
        }
    }

    private static func text(_ path: some Sequence<JSONScanner.Step>) -> String {
        path.reduce(into: "") { text, step in
            switch step {
            case .index(let index): text += "[\(index)]"
            case .key(let key): text += (text.isEmpty ? "" : ".") + key
            }
        }
    }

    private static func noun(_ type: Any.Type) -> String {
        switch type {
        case is Int.Type: "a whole number"
        case is String.Type: "a text"
        case is [Any].Type: "a list"
        case _: "an object"
        }
    }
}

extension DecodingError {
    /// Where in the file, with the missing key where one is missing.
    fileprivate var path: [JSONScanner.Step] {
        switch self {
        case .keyNotFound(let key, let context): Self.steps(context.codingPath + [key])
        case .valueNotFound(_, let context), .typeMismatch(_, let context), .dataCorrupted(let context):
            Self.steps(context.codingPath)
        @unknown default: []
        }
    }

    private static func steps(_ keys: [any CodingKey]) -> [JSONScanner.Step] {
        keys.map { key in key.intValue.map { .index($0) } ?? .key(key.stringValue) }
    }
}
