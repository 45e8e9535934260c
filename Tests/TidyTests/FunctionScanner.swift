import Testing

/// A function, initialiser or deinitialiser with a body.
struct FunctionSpan: Sendable, Hashable {
    let name: String
    /// From the keyword's line to the closing brace's, both included.
    let first: Int
    let last: Int

    var length: Int { last - first + 1 }
}

extension SwiftFile {
    /// The functions that have a body, nested ones too, in the order of their keywords.
    var functions: [FunctionSpan] {
        let bytes = Array(code.utf8)
        let words = words
        return words.indices.compactMap { index in
            let word = words[index]
            guard Self.functionKeywords.contains(word.text), !word.isMember(in: bytes) else { return nil }
            guard let open = bodyStart(after: word, in: bytes) else { return nil }
            let close = closing(open, in: bytes)
            let name = word.text == "func" && index + 1 < words.count ? words[index + 1].text : word.text
            let last = word.line + bytes[word.end..<close].count { $0 == UInt8(ascii: "\n") }
            return FunctionSpan(name: name, first: word.line, last: last)
        }
    }

    private static let functionKeywords: Set = ["func", "init", "deinit", "subscript"]

    /// Where a line may begin that still belongs to a declaration whose body has not begun.
    private static let continuations: Set = ["where", "async", "throws", "rethrows"]

    /// The position of the body's opening brace; `nil` for a requirement of a protocol, which has none.
    private func bodyStart(after keyword: Word, in bytes: [UInt8]) -> Int? {
        var depth = 0
        var hasParameters = keyword.text == "deinit"
        for position in keyword.end..<bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "("), UInt8(ascii: "["):
                depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { hasParameters = true }
                if depth < 0 { return nil }
            case UInt8(ascii: "{") where depth == 0:
                return position
            case UInt8(ascii: "}") where depth == 0, UInt8(ascii: ";") where depth == 0:
                return nil
            case UInt8(ascii: "\n") where depth == 0 && hasParameters:
                if !continues(at: position, in: bytes) { return nil }
            default:
                continue
            }
        }
        return nil
    }

    /// Whether a declaration goes on after the line end at `position`.
    private func continues(at position: Int, in bytes: [UInt8]) -> Bool {
        let before = bytes[..<position].last { !$0.isSpace }
        if let before, before == UInt8(ascii: ",") || before == UInt8(ascii: ">") { return true }
        guard let next = bytes[position...].firstIndex(where: { !$0.isSpace }) else { return false }
        if bytes[next] == UInt8(ascii: "{") || bytes[next] == UInt8(ascii: "-") { return true }
        return Self.continuations.contains(String(decoding: bytes[next...].prefix { $0.isWord }, as: UTF8.self))
    }

    private func closing(_ open: Int, in bytes: [UInt8]) -> Int {
        var depth = 0
        for position in open..<bytes.count {
            if bytes[position] == UInt8(ascii: "{") { depth += 1 }
            if bytes[position] == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0 { return position }
        }
        return bytes.count
    }
}

extension Word {
    /// Whether it stands after a dot, as `init` does in a call.
    fileprivate func isMember(in bytes: [UInt8]) -> Bool {
        start > 0 && (bytes[start - 1] == UInt8(ascii: ".") || bytes[start - 1] == UInt8(ascii: "`"))
    }
}

@Suite("The function scanner")
struct FunctionScannerTests {
    private func functions(_ text: String) -> [FunctionSpan] { SwiftFile(path: "A.swift", text: text).functions }

    @Test("measures from the keyword to the brace, over signatures of several lines")
    func measures() {
        let text = """
            @discardableResult
            func a(
                b: () -> Void = { c() }
            ) async throws -> [Int]
            where B: C {
                if true { d("}") }  // }
            }
            """
        #expect(functions(text) == [FunctionSpan(name: "a", first: 2, last: 7)])
    }

    @Test("passes over requirements and calls of init")
    func passesOver() {
        let text = """
            protocol P {
                func a() async throws
                func b(_ c: Int) -> Bool
                init()
                subscript(d: Int) -> Int { get }
            }
            let e = P.init(f) { g }
            """
        #expect(functions(text).map(\.name) == ["subscript"])
    }

    @Test("finds initialisers, deinitialisers, operators and functions in functions")
    func finds() {
        let text = """
            struct S {
                init?(a: Int) { nil }
                deinit { b() }
                static func < (l: S, r: S) -> Bool { true }
                func outer() {
                    func inner() {
                    }
                }
            }
            """
        #expect(functions(text).map(\.length) == [1, 1, 1, 4, 2])
    }
}
