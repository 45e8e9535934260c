import Testing

/// A switch over an enum of ours names every case, so that a new one has to be thought about everywhere.
@Suite("Switches")
struct SwitchTests {
    /// Files in which a switch may have a default, and over what it switches.
    static let allowed = [
        "Sources/Tickers/Model/Timestamp.swift": "a struct, whose two named values are special",
        "Sources/TickersSQLite/File/StoredTexts.swift": "texts of a file, which may be any",
        "Sources/TickersSQLite/File/TickerFile+Writing.swift": "a word of a file, which may be any",
    ]

    @Test("no switch in Sources has a default, but for listed files")
    func sources() {
        report(Project.swiftFiles(in: "Sources").filter { Self.allowed[$0.path] == nil }.flatMap(violations))
    }

    @Test("every file that may have a default has one", arguments: Self.allowed.keys.sorted())
    func listIsAlive(path: String) throws {
        let file = try #require(Project.swiftFiles.first { $0.path == path })
        #expect(!violations(file).isEmpty)
    }

    private func violations(_ file: SwiftFile) -> [Violation] {
        let bytes = Array(file.code.utf8)
        return file.words.filter { $0.text == "default" && isCase($0, in: bytes) }.map {
            file.violation(
                $0.line,
                "a switch has a default; name the cases, or list the file with what it switches over"
            )
        }
    }

    /// Whether it is a switch's, not the label of an argument.
    private func isCase(_ word: Word, in bytes: [UInt8]) -> Bool {
        guard word.end < bytes.count, bytes[word.end] == UInt8(ascii: ":") else { return false }
        let before = bytes[..<word.start].last { !$0.isSpace }
        return before.map { !"(,[".utf8.contains($0) } ?? true
    }

    @Test("a switch's default is seen, a subscript's is none")
    func seesDefaults() {
        let text = """
            switch a {
            case .b: c[d, default: 0] += 1
            default: e(f,
                default: 1)
            @unknown default: g()
            }
            """
        #expect(violations(SwiftFile(path: "A.swift", text: text)).map(\.line) == [3, 5])
    }
}
