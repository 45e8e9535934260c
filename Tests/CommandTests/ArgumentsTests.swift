import Testing

@testable import TickersCommand

@Suite("Command lines", .serialized)
struct ArgumentsTests {
    private static let name = CommandOption("--name", .needed("TEXT"), "")
    private static let loud = CommandOption("--loud", .none, "")
    private static let options = [name, loud, .watch, .json, .store, .helping]

    @Test(
        "are taken apart into words and options",
        arguments: [
            ("", [], nil, false),
            ("a b", ["a", "b"], nil, false),
            ("a --name x b", ["a", "b"], "x", false),
            ("--name=x", [], "x", false),
            ("--name=x=y", [], "x=y", false),
            ("--name=", [], "", false),
            ("--name --loud", [], "--loud", false),
            ("--loud a", ["a"], nil, true),
            ("a -- --loud", ["a", "--loud"], nil, false),
            ("-", ["-"], nil, false),
        ] as [(String, [String], String?, Bool)]
    )
    func words(line: String, words: [String], name: String?, isLoud: Bool) throws {
        let arguments = try Arguments(line.split(separator: " ").map(String.init), options: Self.options)
        #expect(arguments.words == words)
        #expect(arguments.value(of: Self.name) == name)
        #expect(arguments.has(Self.loud) == isLoud)
    }

    @Test(
        "that cannot be understood are refused with the word that is wrong",
        arguments: [
            ("--odd", "there is no option --odd"),
            ("-n", "there is no option -n"),
            ("--name", "--name needs a value: TEXT"),
            ("--loud=1", "--loud takes no value"),
            ("--loud --loud", "--loud stands there twice"),
            ("--watch --watch", "--watch stands there twice"),
        ]
    )
    func refused(line: String, complaint: String) {
        #expect(throws: UsageError(complaint)) {
            try Arguments(line.split(separator: " ").map(String.init), options: Self.options)
        }
    }

    @Test(
        "say how often to draw",
        arguments: [
            ("", nil, []), ("--watch", .seconds(2), []), ("--watch 5", .seconds(5), []),
            ("--watch=0.5", .milliseconds(500), []), ("--watch abc", .seconds(2), ["abc"]),
        ] as [(String, Duration?, [String])]
    )
    func watch(line: String, pause: Duration?, words: [String]) throws {
        let arguments = try Arguments(line.split(separator: " ").map(String.init), options: Self.options)
        #expect(try arguments.watch() == pause)
        #expect(arguments.words == words)
    }

    @Test(
        "that ask to draw at no sensible pace, or for programs, are refused",
        arguments: [
            ("--watch 0", "--watch takes seconds from 0.1 to 86400, not \"0\""),
            ("--watch=nan", "--watch takes seconds from 0.1 to 86400, not \"nan\""),
            ("--watch=x", "--watch takes seconds from 0.1 to 86400, not \"x\""),
            ("--watch --json", "--watch draws for people; leave out --json"),
        ]
    )
    func watchRefused(line: String, complaint: String) throws {
        let arguments = try Arguments(line.split(separator: " ").map(String.init), options: Self.options)
        #expect(throws: UsageError(complaint)) { try arguments.watch() }
    }

    @Test(
        "of each command are refused where they make no sense, with exit status 2 and a pointer to its help",
        arguments: [
            ("list extra", "nothing is called extra here"),
            ("list --status lost", "\"lost\" is no status"),
            ("list --status ,", "--status needs at least one value"),
            ("list --limit 0", "--limit takes a number from 1 to 100000, not \"0\""),
            ("list --limit many", "--limit takes a number from 1 to 100000, not \"many\""),
            ("show", "ID is missing"),
            ("show a b", "only one ID is taken, and b is one more"),
            ("tree --mermaid", "ID is missing"),
            ("explain", "ID is missing"),
            ("stats a", "nothing is called a here"),
            ("retry", "ID is missing"),
            ("cancel --workflow", "ID is missing"),
            ("pause", "QUEUE is missing"),
            ("resume", "QUEUE is missing"),
            ("stats", "which file? --store FILE is missing"),
        ]
    )
    func usage(line: String, complaint: String) async throws {
        let fixture = try CommandFixture()
        let words = line.split(separator: " ").map(String.init)
        let printed = await fixture.run(words, environment: [:])
        let whole = "tickers \(words[0]): \(complaint); tickers \(words[0]) --help says more\n"
        #expect(printed == Printed(status: .usage, complaint: whole))
    }

    @Test("without a command, or with an unknown one, end with 2 and name the way on")
    func noCommand() async throws {
        let fixture = try CommandFixture()
        let help = await fixture.run("--help")
        #expect(await fixture.run([]) == Printed(status: .usage, complaint: help.text))
        let unknown = "tickers: there is no command \"lsit\"; tickers --help names them\n"
        #expect(await fixture.run("lsit") == Printed(status: .usage, complaint: unknown))
    }

    @Test("that ask for help get it, whatever else is wrong, with every option of the command")
    func help() async throws {
        let fixture = try CommandFixture()
        let overview = await fixture.run("--help", environment: [:])
        #expect(overview.status == .done)
        for command in TickersProgram.all {
            #expect(overview.text.contains("\n  \(command.name) "))
            let help = await fixture.run(command.name, "--help", environment: [:])
            #expect(help.status == .done && help.complaint.isEmpty)
            #expect(await fixture.run("help", command.name, environment: [:]) == help)
            #expect(help.text.hasPrefix(command.summary + "."))
            for option in command.allOptions { #expect(help.text.contains("\n  \(option.shown)")) }
            #expect(help.text.split(separator: "\n").allSatisfy { $0.count <= 84 }, "\(help.text)")
        }
    }
}
