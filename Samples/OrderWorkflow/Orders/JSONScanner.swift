/// Walks through a JSON text to say where things are, which `JSONDecoder` does not tell.
struct JSONScanner {
    enum Step: Equatable {
        case key(String)
        case index(Int)
    }

    /// What is wrong with the text, and at which byte.
    struct SyntaxError: Error {
        let message: String
        let offset: Int
    }

    private let bytes: [UInt8]
    private let wanted: [Step]
    private var at = 0
    private var path: [Step] = []
    private var nearest = 0

    private init(_ bytes: [UInt8], wanted: [Step] = []) {
        self.bytes = bytes
        self.wanted = wanted
    }

    /// Throws ``SyntaxError`` unless the text is one JSON value.
    static func check(_ bytes: [UInt8]) throws {
        var scanner = JSONScanner(bytes)
        try scanner.text()
    }

    /// The byte at which the value at `path` begins, or the innermost value around it that exists.
    static func offset(of path: [Step], in bytes: [UInt8]) throws -> Int {
        var scanner = JSONScanner(bytes, wanted: path)
        try scanner.text()
        return scanner.nearest
    }

    private mutating func text() throws {
        try value()
        skipSpace()
        if at < bytes.count { throw unexpected("the end of the file") }
    }

    private mutating func value() throws {
        skipSpace()
        if path.count <= wanted.count, wanted.starts(with: path) { nearest = at }
        guard path.count < 100 else { throw SyntaxError(message: "nested too deep", offset: at) }
        switch next {
        case UInt8(ascii: "{"): try object()
        case UInt8(ascii: "["): try array()
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        case let byte? where "-0123456789".utf8.contains(byte): try number()
        case _: throw unexpected("a value")
        }
    }

    private mutating func object() throws {
        at += 1
        if took("}") { return }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
            path.append(.key(try string()))
            guard took(":") else { throw unexpected("\":\"") }
            try value()
            path.removeLast()
        } while took(",")
        guard took("}") else { throw unexpected("\",\" or \"}\"") }
    }

    private mutating func array() throws {
        at += 1
        if took("]") { return }
        var index = 0
        repeat {
            path.append(.index(index))
            try value()
            path.removeLast()
            index += 1
        } while took(",")
        guard took("]") else { throw unexpected("\",\" or \"]\"") }
    }

    private mutating func string() throws -> String {
        let opening = at
        at += 1
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw SyntaxError(message: "this text has no closing quote", offset: opening) }
            at += 1
            if byte == UInt8(ascii: "\\") { try escape() }
        }
        guard next != nil else { throw SyntaxError(message: "this text has no closing quote", offset: opening) }
        at += 1
        return String(decoding: bytes[(opening + 1)..<(at - 1)], as: UTF8.self)
    }

    /// What follows a backslash; the digits after a `u` are left to the decoder.
    private mutating func escape() throws {
        guard let byte = next, "\"\\/bfnrtu".utf8.contains(byte) else { throw unexpected("an escape that JSON knows") }
        at += 1
    }

    private mutating func number() throws {
        if next == UInt8(ascii: "-") { at += 1 }
        if next == UInt8(ascii: "0") { at += 1 } else { try digits() }
        if next == UInt8(ascii: ".") {
            at += 1
            try digits()
        }
        guard next == UInt8(ascii: "e") || next == UInt8(ascii: "E") else { return }
        at += 1
        if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
        try digits()
    }

    private mutating func digits() throws {
        let start = at
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { at += 1 }
        if at == start { throw unexpected("a digit") }
    }

    private mutating func word(_ word: String) throws {
        guard bytes[at...].starts(with: word.utf8) else { throw unexpected(word) }
        at += word.utf8.count
    }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func took(_ mark: Unicode.Scalar) -> Bool {
        skipSpace()
        guard next == UInt8(ascii: mark) else { return false }
        at += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { at += 1 }
    }

    private func unexpected(_ expected: String) -> SyntaxError {
        guard let byte = next else {
            return SyntaxError(message: "the file ends where \(expected) should be", offset: at)
        }
        if byte == UInt8(ascii: "\"") {
            return SyntaxError(message: "expected \(expected), found a quote", offset: at)
        }
        let found = (0x21..<0x7f).contains(byte) ? "\"\(Character(UnicodeScalar(byte)))\"" : "something else"
        return SyntaxError(message: "expected \(expected), found \(found)", offset: at)
    }
}

/// A place in a text, both numbers from 1.
struct TextPosition {
    let line: Int
    let column: Int

    init(offset: Int, in bytes: [UInt8]) {
        let before = bytes[..<min(offset, bytes.count)]
        line = before.count { $0 == 0x0a } + 1
        let start = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        // Bytes that continue a character are none of their own.
        column = before[start...].count { $0 & 0xc0 != 0x80 } + 1
    }
}
