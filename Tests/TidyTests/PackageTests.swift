import Foundation
import Testing

/// The package as a stranger finds it: no dependencies, a short top level, commands that run.
@Suite("The package")
struct PackageTests {
    private static let topLevel: Set = [
        "Package.swift", "README.md", "LICENSE", "Sources", "Tests", "Samples", "Docs",
    ]

    @Test("names no package dependency")
    func dependencies() throws {
        let manifest = try #require(Project.swiftFiles.first { $0.path == "Package.swift" })
        report(try dependencies(manifest))
    }

    @Test("has nothing at the top level but what belongs there")
    func topLevel() throws {
        report(strays(try Project.topLevel))
    }

    @Test("has its commands, and they can be run", arguments: ["Samples/run", "Samples/check", "Tests/run", ".ci/run"])
    func commands(path: String) {
        let isThere = FileManager.default.isExecutableFile(atPath: Project.url(path).path)
        #expect(isThere, "\(path): is missing or cannot be run")
    }

    @Test("has a README and a target for every sample")
    func samples() throws {
        let manifest = try #require(Project.files.first { $0.path == "Package.swift" })
        let names = Set(
            Project.swiftFiles(in: "Samples").compactMap { $0.path.split(separator: "/").dropFirst().first }
        )
        #expect(names.count > 1)
        for name in names {
            #expect(Project.exists("Samples/\(name)/README.md"), "Samples/\(name): has no README.md")
            // One with dependencies is a package of its own.
            let isTarget = manifest.text.contains("\"\(name)\"") || Project.exists("Samples/\(name)/Package.swift")
            #expect(isTarget, "Samples/\(name): is no target in Package.swift")
        }
    }

    @Test("runs in continuous integration the test command that the README names")
    func sameCommand() throws {
        let script = try #require(Project.files.first { $0.path == ".ci/run" })
        #expect(script.text.contains("Tests/run"))
    }

    private func dependencies(_ file: SwiftFile) throws -> [Violation] {
        try Pattern(#"\.package\s*\("#).lines(in: file.code).map {
            file.violation($0, "names a package dependency; the library has none")
        }
    }

    private func strays(_ names: [String]) -> [Violation] {
        names.filter { !Self.topLevel.contains($0) && !$0.hasPrefix(".") }.sorted().map {
            Violation(path: $0, line: 0, sentence: "does not belong at the top level")
        }
    }

    @Test("a dependency is seen, a remark about one is none")
    func seesDependencies() throws {
        let text = "// .package(url:)\ndependencies: [\n.package(url: \"a\", from: \"1.0.0\")]"
        #expect(try dependencies(SwiftFile(path: "Package.swift", text: text)).map(\.line) == [3])
    }

    @Test("a stray at the top level is seen, hidden ones are let off")
    func seesStrays() {
        #expect(strays(["Package.swift", "notes.txt", ".gitignore", "Docs"]).map(\.path) == ["notes.txt"])
    }
}
