import Testing

/// What the library does not do: read clocks, sleep, start tasks, trap, swallow, print.
@Suite("Bans")
struct BanTests {
    @Test("nothing in Sources does it", arguments: Ban.all)
    func sources(ban: Ban) throws {
        report(try Project.swiftFiles(in: "Sources").flatMap(ban.violations))
    }

    @Test("every file that may, does", arguments: Ban.all)
    func listIsAlive(ban: Ban) throws {
        var strict = ban
        strict.allowed = [:]
        for path in ban.allowed.keys.sorted() {
            let file = try #require(Project.swiftFiles.first { $0.path == path }, "\(path) is listed and not there")
            #expect(try !strict.violations(in: file).isEmpty, "\(path) is listed, but nothing in it \(ban)")
        }
    }

    @Test("every ban catches its examples and nothing innocent", arguments: Ban.all)
    func catches(ban: Ban) throws {
        for text in ban.examples {
            #expect(try ban.violations(in: SwiftFile(path: "A.swift", text: text)).count == 1, "\(text)")
        }
        for text in ban.innocent {
            #expect(try ban.violations(in: SwiftFile(path: "A.swift", text: text)) == [], "\(text)")
        }
    }

    @Test("a listed file is let off, another one is not")
    func listed() throws {
        var ban = try #require(Ban.all.first { $0.description == "prints" })
        ban.allowed = ["A.swift": "the example"]
        #expect(try ban.violations(in: SwiftFile(path: "A.swift", text: "print(a)")) == [])
        #expect(try ban.violations(in: SwiftFile(path: "B.swift", text: "\nprint(a)")).map(\.line) == [2])
    }
}
