import Foundation
import Testing

/// Every numbered line of the list that these tests show has a test of its number.
@Suite("The list of numbers")
struct NumberTests {
    /// The statements about each seed system, and the limits of theirs that are lifted, as ranges of numbers.
    private static let expected: [String] =
        numbers("F", 37) + numbers("L", 6) + numbers("B", 17) + numbers("C", 10) + numbers("T", 11)

    private static func numbers(_ letter: String, _ last: Int) -> [String] { (1...last).map { "\(letter)\($0)" } }

    @Test("every number has a test, and every test of this target a number")
    func complete() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        var found: Set<String> = []
        for file in files where file.pathExtension == "swift" && file.lastPathComponent != "NumberTests.swift" {
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                guard let title = line.firstMatch(of: #/@Test\("([A-Z][0-9]+) /#) else {
                    #expect(!line.contains("@Test"), "\(file.lastPathComponent): a test without a number: \(line)")
                    continue
                }
                found.insert(String(title.1))
            }
        }
        let missing = Self.expected.filter { !found.contains($0) }
        let unknown = found.subtracting(Self.expected).sorted()
        #expect(missing == [], "numbers without a test")
        #expect(unknown == [], "tests of numbers that the list does not have")
    }
}
