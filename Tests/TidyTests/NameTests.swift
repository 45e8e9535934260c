import Testing

/// Names that say nothing are refused: what needs one has not found its idea yet.
@Suite("Names")
struct NameTests {
    private static let ending = "(Helper|Manager|Util|Utilitie|Utility)s?"

    @Test("no declaration and no file is named after helping, managing or utility")
    func everywhere() throws {
        report(try Project.swiftFiles(in: "Sources", "Tests", "Samples").flatMap(violations))
    }

    private func violations(_ file: SwiftFile) throws -> [Violation] {
        let keywords = "(struct|class|enum|actor|protocol|typealias|associatedtype|func|let|var|case)"
        let declared = try Pattern(#"\b\#(keywords)\s+\w*\#(Self.ending)\b"#).lines(in: file.code).map {
            file.violation($0, "declares a name that ends in Helper, Manager or Util; what is it really?")
        }
        let isNamedSo = try !Pattern(#"^[^\n]*\#(Self.ending)(\+\w+)?\.swift$"#).lines(in: file.path).isEmpty
        return declared + (isNamedSo ? [file.violation(0, "is named after helping; what is it really?")] : [])
    }

    @Test(
        "the empty names are seen",
        arguments: ["final class DateHelper {}", "enum StringUtils {}", "let taskManager = 1", "func parseUtil() {}"]
    )
    func sees(text: String) throws {
        #expect(try violations(SwiftFile(path: "A.swift", text: text)).map(\.line) == [1])
    }

    @Test("so are the empty names of files", arguments: ["Tests/A/ClockHelpers.swift", "Sources/Util+More.swift"])
    func seesFiles(path: String) throws {
        #expect(try violations(SwiftFile(path: path, text: "")).count == 1)
    }

    @Test("mentions and longer names are none", arguments: ["a(FileManager.default)", "let utilisation = 1"])
    func passesOver(text: String) throws {
        #expect(try violations(SwiftFile(path: "A.swift", text: text)) == [])
    }
}
