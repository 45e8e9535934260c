import Testing

/// How long files and functions may be.
@Suite("Size")
struct SizeTests {
    static let fileLimit = 400
    static let functionLimit = 60

    @Test("no file is longer than 400 lines")
    func files() {
        report(Project.swiftFiles(in: "Sources", "Tests", "Samples").flatMap(tooLong))
    }

    @Test("no function is longer than 60 lines")
    func functions() {
        report(Project.swiftFiles(in: "Sources", "Tests", "Samples").flatMap(functionsTooLong))
    }

    private func tooLong(_ file: SwiftFile) -> [Violation] {
        let count = TextFile(path: file.path, text: file.text).lines.count
        guard count > Self.fileLimit else { return [] }
        return [file.violation(0, "has \(count) lines, more than \(Self.fileLimit); which second idea is in it?")]
    }

    private func functionsTooLong(_ file: SwiftFile) -> [Violation] {
        file.functions.filter { $0.length > Self.functionLimit }.map {
            file.violation($0.first, "\($0.name) has \($0.length) lines, more than \(Self.functionLimit)")
        }
    }

    @Test("the line counter sees 401 lines, with or without an end of the last one", arguments: ["", "\n"])
    func seesLongFiles(end: String) {
        let lines = Array(repeating: "let a = 0", count: Self.fileLimit)
        let fitting = lines.joined(separator: "\n") + end
        #expect(tooLong(SwiftFile(path: "A.swift", text: fitting)) == [])
        #expect(tooLong(SwiftFile(path: "A.swift", text: "\n" + fitting)).count == 1)
    }

    @Test("the function scanner sees 61 lines")
    func seesLongFunctions() {
        func file(_ statements: Int) -> SwiftFile {
            let body = Array(repeating: "    b(\"{\")", count: statements).joined(separator: "\n")
            return SwiftFile(path: "A.swift", text: "struct S {\nfunc a() {\n\(body)\n}\n}")
        }
        #expect(functionsTooLong(file(58)) == [])
        #expect(functionsTooLong(file(59)).map(\.line) == [2])
        #expect(functionsTooLong(file(59)).first?.sentence == "a has 61 lines, more than 60")
    }
}
