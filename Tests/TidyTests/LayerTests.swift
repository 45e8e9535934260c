import Testing

/// Which folder of the library may speak of which: a type is mentioned only above the folder that declares it.
@Suite("Layers")
struct LayerTests {
    static let library = "Sources/Tickers/"

    /// The folders whose types each folder may mention, besides its own.
    static let below: [String: Set<String>] = [
        "Model": [],
        "Rules": ["Model"],
        "Functions": ["Model", "Recurring"],
        "Recurring": ["Model"],
        "Workflow": ["Model", "Rules", "Functions", "Recurring"],
        "Engine": ["Model", "Rules", "Functions", "Recurring", "Workflow"],
    ]

    @Test("every mention of a type points down")
    func pointsDown() {
        report(violations(Project.swiftFiles(in: "Sources/Tickers")))
    }

    @Test("the clock's protocol is part of the model")
    func clockIsModel() {
        #expect(Project.exists("Sources/Tickers/Model/TickerClock.swift"))
    }

    private func violations(_ files: [SwiftFile]) -> [Violation] {
        var homes: [String: String] = [:]
        var found: [Violation] = []
        for file in files {
            guard let layer = layer(of: file) else {
                found.append(file.violation(0, "lies in no layer; the layers are \(Self.below.keys.sorted())"))
                continue
            }
            for type in file.declaredTypes { homes[type] = layer }
        }
        for file in files {
            guard let layer = layer(of: file), let allowed = Self.below[layer] else { continue }
            for word in file.words {
                guard let home = homes[word.text], home != layer, !allowed.contains(home) else { continue }
                found.append(file.violation(word.line, "\(layer) mentions \(word.text), which \(home) declares"))
            }
        }
        return found
    }

    private func layer(of file: SwiftFile) -> String? {
        let parts = file.path.dropFirst(Self.library.count).split(separator: "/")
        guard parts.count > 1, let layer = parts.first.map(String.init), Self.below[layer] != nil else { return nil }
        return layer
    }

    @Test("a mention upwards is seen, in comments and strings it is none")
    func seesMentions() {
        let above = SwiftFile(path: Self.library + "Engine/A.swift", text: "package actor Motor { struct Part {} }")
        let text = """
            // Motor
            let a = "Motor"
            let b = MotorCount()
            let Part = 0
            let c: [Motor] = []
            let d = "\\(Motor.self)"
            """
        let below = SwiftFile(path: Self.library + "Model/B.swift", text: text)
        #expect(violations([above, below]).map(\.line) == [5, 6])
        #expect(violations([above, below]).first?.sentence == "Model mentions Motor, which Engine declares")
    }

    @Test("a mention downwards is none", arguments: ["Rules", "Functions", "Recurring", "Workflow", "Engine"])
    func allowsDown(layer: String) {
        let below = SwiftFile(path: Self.library + "Model/A.swift", text: "public struct Thing {}")
        let above = SwiftFile(path: Self.library + "\(layer)/B.swift", text: "extension Thing {}")
        #expect(violations([below, above]) == [])
    }

    @Test("neighbours do not mention one another", arguments: ["Functions", "Recurring", "Workflow", "Engine"])
    func neighbours(layer: String) {
        let one = SwiftFile(path: Self.library + "\(layer)/A.swift", text: "public enum Thing {}")
        let other = SwiftFile(path: Self.library + "Rules/B.swift", text: "extension Thing {}")
        #expect(violations([one, other]).count == 1)
    }

    @Test("a file beside the layers is seen", arguments: ["A.swift", "Odds/A.swift"])
    func seesStrays(path: String) {
        #expect(violations([SwiftFile(path: Self.library + path, text: "")]).count == 1)
    }
}

extension SwiftFile {
    private static let typeKeywords: Set = ["struct", "class", "enum", "actor", "protocol", "typealias"]

    /// The types declared outside of others, those that only this file sees left out.
    var declaredTypes: [String] {
        let bytes = Array(code.utf8)
        let words = words
        var depth = 0
        var position = 0
        var types: [String] = []
        for (index, word) in words.enumerated() {
            for byte in bytes[position..<word.start] {
                if byte == UInt8(ascii: "{") { depth += 1 }
                if byte == UInt8(ascii: "}") { depth -= 1 }
            }
            position = word.start
            guard depth == 0, Self.typeKeywords.contains(word.text), index + 1 < words.count else { continue }
            let modifiers = words[max(0, index - 3)..<index].filter { $0.line == word.line }.map(\.text)
            if ["private", "fileprivate", "import"].contains(where: modifiers.contains) { continue }
            types.append(words[index + 1].text)
        }
        return types
    }
}

@Suite("The finding of types")
struct DeclaredTypesTests {
    @Test("takes those at the top, not nested, private or imported ones")
    func top() {
        let text = """
            import struct Foundation.Data
            public final class A { struct B {} }
            private enum C {}
            package typealias D = A
            @MainActor actor E {}
            extension A { protocol F {} }
            """
        #expect(SwiftFile(path: "A.swift", text: text).declaredTypes == ["A", "D", "E"])
    }
}
