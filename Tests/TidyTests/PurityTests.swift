import Testing

/// What decides neither waits nor reaches outside: the model, the rules, and the rules of recurrences.
@Suite("Purity")
struct PurityTests {
    private static let model = "Sources/Tickers/Model"
    private static let rules = "Sources/Tickers/Rules"
    private static let recurring = "Sources/Tickers/Recurring"

    /// Files of the model that import Foundation, and what for.
    static let foundation = [
        "Sources/Tickers/Model/Payload.swift": "Data and the JSON coders",
        "Sources/Tickers/Model/TickerDue.swift": "Date, for callers who have one",
        "Sources/Tickers/Model/Timestamp.swift": "Date, for callers who have one",
    ]

    /// Files of the rules of recurrences that import something, and what for.
    static let zones: [String: Set<String>] = [
        "Sources/Tickers/Recurring/CronExpression.swift": ["Foundation"],
        "Sources/Tickers/Recurring/RecurrenceDefinition.swift": ["Foundation"],
        "Sources/Tickers/Recurring/RecurrenceRule+Making.swift": ["Foundation"],
        "Sources/Tickers/Recurring/ZoneClock.swift": ["Foundation", "Synchronization"],
        "Sources/Tickers/Recurring/ZoneTransitions.swift": ["Foundation"],
    ]

    @Test("nothing in the model or the rules awaits")
    func awaits() throws {
        report(try Project.swiftFiles(in: Self.model, Self.rules, Self.recurring).flatMap(awaits))
    }

    @Test(
        "the rules of recurrences import Foundation for its time zones, a lock for what is remembered of them, no more"
    )
    func recurringImports() {
        for file in Project.swiftFiles(in: Self.recurring) {
            report(imports(of: file, allowed: Self.zones[file.path] ?? []))
        }
        for (path, modules) in Self.zones {
            #expect(Project.swiftFiles.first { $0.path == path }.map { Set($0.imports.map(\.module)) } == modules)
        }
    }

    @Test("the rules import nothing")
    func rulesImport() {
        report(Project.swiftFiles(in: Self.rules).flatMap { imports(of: $0, allowed: []) })
    }

    @Test("the model imports Foundation where a reason is listed, and nothing else")
    func modelImports() {
        for file in Project.swiftFiles(in: Self.model) {
            report(imports(of: file, allowed: Self.foundation[file.path] == nil ? [] : ["Foundation"]))
        }
    }

    @Test("what is for tests imports no test framework, so that it serves under any")
    func testingImports() {
        let files = Project.swiftFiles(in: "Sources/TickersTesting")
        report(files.flatMap { imports(of: $0, allowed: ["Tickers", "Synchronization", "Dispatch"]) })
        let durable = Project.swiftFiles(in: "Sources/TickersSQLiteTesting")
        let allowed: Set = [
            "Tickers", "TickersSQLite", "TickersTesting", "CFaultyDisk", "Foundation", "Synchronization",
        ]
        report(durable.flatMap { imports(of: $0, allowed: allowed) })
    }

    @Test("the list of reasons names files that import Foundation", arguments: Self.foundation.keys.sorted())
    func listIsAlive(path: String) throws {
        let file = try #require(Project.swiftFiles.first { $0.path == path })
        #expect(file.imports.map(\.module) == ["Foundation"])
    }

    private func awaits(_ file: SwiftFile) throws -> [Violation] {
        try Pattern(#"\bawait\b"#).lines(in: file.code).map {
            file.violation($0, "awaits; what decides is synchronous, what waits belongs to the engine")
        }
    }

    private func imports(of file: SwiftFile, allowed: Set<String>) -> [Violation] {
        file.imports.filter { !allowed.contains($0.module) }.map {
            file.violation($0.line, "imports \($0.module), for which no reason is listed")
        }
    }

    @Test("an await and an import are seen, in comments they are none")
    func seesThem() throws {
        let text = """
            package import struct Foundation.Data
            // import Dispatch, await
            @testable import Glibc
            func a() async { await b() }
            """
        let file = SwiftFile(path: "A.swift", text: text)
        #expect(try awaits(file).map(\.line) == [4])
        #expect(imports(of: file, allowed: []).map(\.line) == [1, 3])
        #expect(imports(of: file, allowed: ["Foundation"]).map(\.line) == [3])
    }
}

extension SwiftFile {
    /// The imported modules.
    var imports: [(module: String, line: Int)] {
        let kinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
        let words = words
        return words.indices.compactMap { index in
            guard words[index].text == "import" else { return nil }
            let module = words[(index + 1)...].first { !kinds.contains($0.text) }
            return module.map { ($0.text, words[index].line) }
        }
    }
}
