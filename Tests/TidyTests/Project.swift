import Foundation
import Testing

/// The repository that these tests are part of, read from disk.
enum Project {
    /// The folder that holds Package.swift.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every text file but those of the version control and of builds.
    static let files: [TextFile] = paths.sorted().compactMap { path in
        guard let data = FileManager.default.contents(atPath: url(path).path) else { return nil }
        return String(data: data, encoding: .utf8).map { TextFile(path: path, text: $0) }
    }

    /// Every Swift file, its code told from its comments and strings.
    static let swiftFiles = files.filter { $0.path.hasSuffix(".swift") }.map { SwiftFile(path: $0.path, text: $0.text) }

    static func swiftFiles(in folders: String...) -> [SwiftFile] {
        swiftFiles.filter { file in folders.contains { file.path.hasPrefix($0 + "/") } }
    }

    static let markdown = files.filter { $0.path.hasSuffix(".md") }

    static func url(_ path: String) -> URL { root.appending(path: path) }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: url(path).path) }

    /// The names at the top level, hidden ones left out.
    static var topLevel: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: root.path).filter { !$0.hasPrefix(".") } }
    }

    private static var paths: [String] {
        guard let walk = FileManager.default.enumerator(atPath: root.path) else { return [] }
        var found: [String] = []
        while let path = walk.nextObject() as? String {
            let isTop = !path.contains("/")
            if isTop, path == ".git" || path == ".swiftpm" || path.hasPrefix(".build") { walk.skipDescendants() }
            if walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular, path != ".git" { found.append(path) }
        }
        return found
    }
}

/// A file as the checks see it.
struct TextFile: Sendable {
    /// From the root of the repository.
    let path: String
    let text: String

    /// The lines without their ends; what follows the last line end is a line only if there is something.
    var lines: [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}

/// One place that breaks a rule.
struct Violation: Sendable, Hashable, CustomStringConvertible {
    let path: String
    /// From 1; zero for the file as a whole.
    let line: Int
    let sentence: String

    var description: String { line == 0 ? "\(path): \(sentence)" : "\(path):\(line): \(sentence)" }
}

/// Fails the test once per violation.
func report(_ violations: [Violation], at location: SourceLocation = #_sourceLocation) {
    for violation in violations { Issue.record("\(violation)", sourceLocation: location) }
}

@Suite("The reading of the repository")
struct ProjectTests {
    @Test("finds this file, the manifest and the library")
    func readsItself() {
        let paths = Set(Project.files.map(\.path))
        #expect(paths.contains("Package.swift"))
        #expect(paths.contains("Tests/TidyTests/Project.swift"))
        #expect(Project.swiftFiles(in: "Sources/Tickers/Model", "Sources/Tickers/Rules").count > 2)
        #expect(!paths.contains { $0.hasPrefix(".build") || $0.hasPrefix(".git/") })
    }

    @Test("prints a violation as file, line and sentence")
    func printsViolations() {
        #expect(Violation(path: "A.swift", line: 3, sentence: "is wrong").description == "A.swift:3: is wrong")
        #expect(Violation(path: "A.swift", line: 0, sentence: "is wrong").description == "A.swift: is wrong")
    }
}
