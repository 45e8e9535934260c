import Testing

/// Tests that run, and that do not wait for real time.
@Suite("The tests themselves")
struct TestShapeTests {
    @Test("every function that is named like a test is one")
    func namedLikeTests() {
        report(Project.swiftFiles(in: "Tests").flatMap(unmarked))
    }

    @Test("every folder of tests has one")
    func foldersHaveTests() {
        report(emptyFolders(Project.swiftFiles(in: "Tests")))
    }

    @Test("no test sleeps, but for the suites of the real clock and the benchmarks")
    func sleeping() throws {
        report(try Project.swiftFiles(in: "Tests").flatMap(sleeps))
    }

    private func unmarked(_ file: SwiftFile) -> [Violation] {
        let words = file.words
        let bytes = Array(file.code.utf8)
        return words.indices.dropLast().compactMap { index in
            let name = words[index + 1].text
            guard words[index].text == "func", name.hasPrefix("test"), name.count > 4 else { return nil }
            let start = bytes[..<words[index].start].lastIndex { "{};".utf8.contains($0) } ?? 0
            let before = String(decoding: bytes[start..<words[index].start], as: UTF8.self)
            guard !before.contains("@Test") else { return nil }
            return file.violation(
                words[index].line,
                "\(name) is named like a test, but nothing runs it: @Test is missing"
            )
        }
    }

    private func emptyFolders(_ files: [SwiftFile]) -> [Violation] {
        let folders = Dictionary(grouping: files) {
            $0.path.split(separator: "/").dropFirst().first.map(String.init) ?? ""
        }
        return folders.filter { $0.key.hasSuffix("Tests") }.sorted { $0.key < $1.key }.compactMap { folder, files in
            guard !files.contains(where: { $0.code.contains("@Test") }) else { return nil }
            return Violation(path: "Tests/\(folder)", line: 0, sentence: "has no @Test in \(files.count) files")
        }
    }

    private func sleeps(_ file: SwiftFile) throws -> [Violation] {
        guard !file.path.hasPrefix("Tests/Benchmarks/"), !file.name.contains("RealClock") else { return [] }
        return try Pattern(#"\b(Task|Thread)\s*\.\s*sleep\b|\b(u|nano)sleep\b"#).lines(in: file.code).map {
            file.violation($0, "sleeps; let the virtual clock do it, or move it to a suite of the real clock")
        }
    }

    @Test("a function named like a test is seen, a marked one is none")
    func seesUnmarked() {
        let text = """
            @Suite struct A {
                @Test("a {") func \("testA")() {}
                func \("testB")() {}
                @Test
                private func \("testC")() {}
                func tested() {}
            }
            """
        #expect(unmarked(SwiftFile(path: "A.swift", text: text)).map(\.line) == [3, 6])
    }

    @Test("a folder without a test is seen")
    func seesEmptyFolders() {
        let empty = SwiftFile(path: "Tests/ATests/A.swift", text: "// @Test")
        let full = SwiftFile(path: "Tests/BTests/B/B.swift", text: "@Test func b() {}")
        let other = SwiftFile(path: "Tests/Benchmarks/C.swift", text: "")
        #expect(emptyFolders([empty, full, other]).map(\.path) == ["Tests/ATests"])
    }

    @Test("a sleeping test is seen, one of the real clock is let off")
    func seesSleep() throws {
        let text = "try await Task" + ".sleep(for: .seconds(1))\nu" + "sleep(1)\nclock.sleep(until: a)"
        #expect(try sleeps(SwiftFile(path: "Tests/ATests/A.swift", text: text)).map(\.line) == [1, 2])
        #expect(try sleeps(SwiftFile(path: "Tests/ATests/RealClockTests.swift", text: text)) == [])
        #expect(try sleeps(SwiftFile(path: "Tests/Benchmarks/A.swift", text: text)) == [])
    }
}
