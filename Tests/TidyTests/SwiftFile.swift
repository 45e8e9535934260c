import Foundation
import Testing

/// A Swift file with its code told from its comments and strings.
struct SwiftFile: Sendable {
    let path: String
    let text: String
    /// The text with comments and the insides of strings as spaces; line breaks and positions are those of the text's
    /// UTF-8, and every character is ASCII. What is interpolated into a string is code.
    let code: String
    /// The lines, from 1, with a comment that is not a doc comment.
    let remarks: Set<Int>

    init(path: String, text: String) {
        var mask = CodeMask(text)
        mask.run()
        self.path = path
        self.text = text
        code = String(decoding: mask.code, as: UTF8.self)
        remarks = mask.remarks
    }

    var name: String { String(path.split(separator: "/").last ?? "") }

    func violation(_ line: Int, _ sentence: String) -> Violation {
        Violation(path: path, line: line, sentence: sentence)
    }

    /// The identifiers and keywords of the code, in their order.
    var words: [Word] {
        var words: [Word] = []
        var line = 1
        var start: Int?
        let bytes = Array(code.utf8)
        for (position, byte) in (bytes + [UInt8(ascii: "\n")]).enumerated() {
            if byte.isWord {
                start = start ?? position
                continue
            }
            if let first = start {
                let text = String(decoding: bytes[first..<position], as: UTF8.self)
                words.append(Word(text: text, line: line, start: first, end: position))
                start = nil
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
        }
        return words
    }
}

struct Word: Sendable {
    let text: String
    let line: Int
    /// Positions in the code's UTF-8, the end not included.
    let start: Int
    let end: Int
}

extension UInt8 {
    /// Whether it can be part of an identifier.
    var isWord: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }

    var isSpace: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\n") }
}

/// A regular expression, and the lines on which it is found.
struct Pattern {
    private let expression: NSRegularExpression

    init(_ source: String) throws {
        expression = try NSRegularExpression(pattern: source, options: .anchorsMatchLines)
    }

    /// The lines, from 1, on which a match begins; none twice.
    func lines(in text: String) -> [Int] {
        let matches = expression.matches(in: text, range: NSRange(text.startIndex..., in: text))
        guard !matches.isEmpty else { return [] }
        let units = Array(text.utf16)
        var lines: [Int] = []
        var (line, position) = (1, 0)
        for match in matches {
            line += units[position..<match.range.location].count { $0 == 10 }
            position = match.range.location
            if lines.last != line { lines.append(line) }
        }
        return lines
    }
}

@Suite("The reading of Swift")
struct SwiftFileTests {
    private func code(_ text: String) -> String { SwiftFile(path: "A.swift", text: text).code }

    @Test("comments become spaces, nested ones too, and code after them stays")
    func comments() {
        #expect(code("a // b\nc") == "a     \nc")
        #expect(code("a /* b /* c */ d */ e") == "a                   e")
    }

    @Test("the insides of strings become spaces, interpolations stay")
    func strings() {
        #expect(code(#"a("b { c")d"#) == #"a("     ")d"#)
        #expect(code(#"a("\"{")"#) == #"a("   ")"#)
        #expect(code(#""x \(y("z")) w""#) == #""   (y(" "))  ""#)
        #expect(code("#\"x \\(y) \"z\"#") == "#\"         \"#")
        #expect(code("\"\"\"\n{ \" }\n\"\"\" + a") == "\"\"\"\n     \n\"\"\" + a")
    }

    @Test("regular expressions become spaces, divisions stay")
    func regularExpressions() {
        #expect(code("let a = /x{2}\"/ + b") == "let a = /     / + b")
        #expect(code("a / b / c") == "a / b / c")
    }

    @Test("words carry their lines")
    func words() {
        let words = SwiftFile(path: "A.swift", text: "let a // b\n  \"c\"\nfunc d").words
        #expect(words.map(\.text) == ["let", "a", "func", "d"])
        #expect(words.map(\.line) == [1, 1, 3, 3])
    }

    @Test("remarks are comments, not doc comments")
    func remarks() {
        #expect(SwiftFile(path: "A.swift", text: "/// a\n// b\nc /* d */\n/** e */").remarks == [2, 3])
    }

    @Test("a pattern tells the lines where it is found, each once")
    func patterns() throws {
        #expect(try Pattern("b+").lines(in: "a\nb b\n\nü bb") == [2, 4])
    }
}
