/// Puts spaces where a Swift text is not code: comments and the insides of strings and regular expressions.
///
/// A stack of frames, because code interpolated into a string may hold strings again.
struct CodeMask {
    private enum Frame {
        /// `parentheses` are those open since the interpolation began, its own included; `nil` outside of strings.
        case code(parentheses: Int?)
        case string(hashes: Int, quotes: Int)
    }

    private(set) var code: [UInt8]
    private(set) var remarks: Set<Int> = []
    private let text: [UInt8]
    private var frames: [Frame] = [.code(parentheses: nil)]
    private var position = 0
    private var line = 1

    init(_ text: String) {
        self.text = Array(text.utf8)
        code = []
        code.reserveCapacity(self.text.count)
    }

    mutating func run() {
        while position < text.count {
            switch frames.last ?? .code(parentheses: nil) {
            case .code(let parentheses): readCode(parentheses)
            case .string(let hashes, let quotes): readString(hashes, quotes)
            }
        }
    }

    private mutating func readCode(_ parentheses: Int?) {
        if sees("//") {
            readLineComment()
        } else if sees("/*") {
            readBlockComment()
        } else if let (hashes, quotes) = openingQuotes() {
            keep(hashes + quotes)
            frames.append(.string(hashes: hashes, quotes: quotes))
        } else if let length = regularExpression() {
            keep(1)
            blank(length - 2)
            keep(1)
        } else {
            count(parentheses)
            keep(1)
        }
    }

    private mutating func count(_ parentheses: Int?) {
        guard let parentheses else { return }
        if sees("(") { frames[frames.count - 1] = .code(parentheses: parentheses + 1) }
        if sees(")") { frames[frames.count - 1] = .code(parentheses: parentheses - 1) }
        if sees(")"), parentheses == 1 { frames.removeLast() }
    }

    private mutating func readString(_ hashes: Int, _ quotes: Int) {
        let escape = "\\" + String(repeating: "#", count: hashes)
        let end = String(repeating: "\"", count: quotes) + String(repeating: "#", count: hashes)
        if sees(escape + "(") {
            blank(escape.utf8.count)
            keep(1)
            frames.append(.code(parentheses: 1))
        } else if sees(escape) {
            blank(escape.utf8.count + 1)
        } else if sees(end) {
            keep(end.utf8.count)
            frames.removeLast()
        } else {
            // A string of one line that is not closed on it is no string; the rest of the file is read as code.
            if quotes == 1, sees("\n") { frames.removeLast() }
            blank(1)
        }
    }

    private mutating func readLineComment() {
        if !sees("///") { remarks.insert(line) }
        while position < text.count, !sees("\n") { blank(1) }
    }

    private mutating func readBlockComment() {
        if !sees("/**") { remarks.insert(line) }
        var depth = 0
        repeat {
            if sees("/*") { depth += 1 } else if sees("*/") { depth -= 1 }
            blank(sees("/*") || sees("*/") ? 2 : 1)
        } while depth > 0 && position < text.count
    }

    /// The number of `#` and `"` of a string that begins here.
    private func openingQuotes() -> (hashes: Int, quotes: Int)? {
        var hashes = 0
        while byte(hashes) == UInt8(ascii: "#") { hashes += 1 }
        guard byte(hashes) == UInt8(ascii: "\"") else { return nil }
        let isTriple = byte(hashes + 1) == UInt8(ascii: "\"") && byte(hashes + 2) == UInt8(ascii: "\"")
        return (hashes, isTriple ? 3 : 1)
    }

    /// The length of a regular expression that begins here: a slash after an opening or an equals sign, not before a
    /// space, with another one on the same line.
    private func regularExpression() -> Int? {
        guard sees("/"), let next = byte(1), !next.isSpace else { return nil }
        let before = code.last { $0 != UInt8(ascii: " ") }
        guard let before, "(,=:[".utf8.contains(before) else { return nil }
        var length = 1
        while let byte = byte(length), byte != UInt8(ascii: "\n") {
            if byte == UInt8(ascii: "/") { return length + 1 }
            length += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    private func byte(_ offset: Int) -> UInt8? {
        position + offset < text.count ? text[position + offset] : nil
    }

    private func sees(_ expected: String) -> Bool {
        var offset = position
        for byte in expected.utf8 {
            guard offset < text.count, text[offset] == byte else { return false }
            offset += 1
        }
        return true
    }

    private mutating func keep(_ count: Int) { take(count) { $0 < 128 ? $0 : UInt8(ascii: "?") } }

    private mutating func blank(_ count: Int) { take(count) { _ in UInt8(ascii: " ") } }

    private mutating func take(_ count: Int, _ change: (UInt8) -> UInt8) {
        for byte in text[position..<min(position + count, text.count)] {
            let isEnd = byte == UInt8(ascii: "\n")
            code.append(isEnd ? byte : change(byte))
            if isEnd { line += 1 }
        }
        position = min(position + count, text.count)
    }
}
