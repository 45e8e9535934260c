import Foundation
import Testing

/// The script that sees to SQLite's headers, with the programs that it calls replaced by others.
@Suite("The script that sees to SQLite's headers")
struct HeaderScriptTests {
    /// A machine: what its programs do, as shell scripts.
    ///
    /// Nothing but these is in their path. They find its folder in `$MACHINE`: `calls` lists what was called, `headers` is there once the headers are, and `lists` once
    /// apt-get knows its packages.
    struct Machine: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let programs: [String: String]
        /// What is said on the standard error.
        let says: String
        var status: Int32 = 0
        var calls: [String] = []
    }

    private static let note = #"echo "${0##*/} $*" >>"$MACHINE/calls""#
    private static let compiler = #"[ -e "$MACHINE/headers" ]"#
    private static let apt = """
        \(note)
        case "$*" in
        *update*) : >"$MACHINE/lists" ;;
        *install*) [ -e "$MACHINE/lists" ] && : >"$MACHINE/headers" ;;
        esac
        """
    private static let brew = """
        \(note)
        if [ "$1" = install ]; then : >"$MACHINE/headers"; else echo /opt/sqlite; fi
        """
    private static let user = "echo 1000"
    private static let root = "echo 0"
    private static let installing = "Samples/run: SQLite's headers are missing; installing"
    private static let complaint =
        "Samples/run: SQLite's headers are missing and could not be installed from here. Type: "
    private static let aptCalls = ["install -y libsqlite3-dev", "update", "install -y libsqlite3-dev"]

    static let machines = [
        Machine(testDescription: "has them, says the compiler", programs: ["clang": "exit 0"], says: ""),
        Machine(
            testDescription: "has them, says pkg-config",
            programs: ["pkg-config": #"[ "$*" = "--exists sqlite3" ]"#],
            says: ""
        ),
        Machine(
            testDescription: "has apt-get without lists, and root",
            programs: ["clang": compiler, "apt-get": apt, "id": root],
            says: "\(installing) libsqlite3-dev with apt-get.\n",
            calls: aptCalls.map { "apt-get -qq \($0)" }
        ),
        Machine(
            testDescription: "has apt-get and sudo without a password",
            programs: ["gcc": compiler, "apt-get": apt, "id": user, "sudo": "shift; \"$@\""],
            says: "\(installing) libsqlite3-dev with apt-get.\n",
            calls: aptCalls.map { "apt-get -qq \($0)" }
        ),
        Machine(
            testDescription: "has apt-get, and sudo asks for a password",
            programs: ["clang": compiler, "apt-get": apt, "id": user, "sudo": "exit 1"],
            says: "\(complaint)sudo apt-get install libsqlite3-dev\n",
            status: 1
        ),
        Machine(
            testDescription: "has apt-get that fails",
            programs: ["clang": compiler, "apt-get": "exit 100", "id": root],
            says: "\(installing) libsqlite3-dev with apt-get.\n\(complaint)sudo apt-get install libsqlite3-dev\n",
            status: 1
        ),
        Machine(
            testDescription: "has brew",
            programs: ["clang": compiler, "brew": brew],
            says: "\(installing) sqlite with brew.\n",
            calls: ["brew install --quiet sqlite", "brew --prefix sqlite"]
        ),
        Machine(
            testDescription: "has dnf",
            programs: ["cc": "exit 1", "dnf": note],
            says: "\(complaint)sudo dnf install sqlite-devel\n",
            status: 1
        ),
        Machine(
            testDescription: "has nothing to install with",
            programs: ["cc": "exit 1"],
            says: "\(complaint)xcode-select --install (macOS), or install the package with sqlite3.h\n",
            status: 1
        ),
    ]

    /// Writes a program from another process: a file that is open for writing here could be inherited by a child that another test
    /// starts at this moment, and is not run as long as it is open there.
    private static func write(_ program: String, to path: String) throws {
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/bash")
        shell.arguments = ["-c", #"printf %s "$1" >"$2" && chmod 700 "$2""#, "bash", program, path]
        try shell.run()
        shell.waitUntilExit()
        try #require(shell.terminationStatus == 0)
    }

    @Test("installs them where that needs no password, and says what to type elsewhere", arguments: machines)
    func sees(machine: Machine) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "machine-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        for (name, script) in machine.programs {
            try Self.write("#!/bin/sh\n\(script)\n", to: folder.appending(path: name).path)
        }
        let env = FileManager.default.fileExists(atPath: "/usr/bin/env") ? "/usr/bin/env" : "/bin/env"
        // `env` looks for the program in the path of the machine, which it leaves as it is.
        try FileManager.default.createSymbolicLink(atPath: folder.appending(path: "env").path, withDestinationPath: env)

        let script = Project.url("Tests/sqlite-headers").path
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = [
            "-euo", "pipefail", "-c", "source '\(script)'; see_to_sqlite_headers Samples/run; echo on",
        ]
        process.environment = ["PATH": folder.path, "MACHINE": folder.path]
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let said = try errors.fileHandleForReading.readToEnd() ?? Data()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()

        #expect(String(decoding: said, as: UTF8.self) == machine.says)
        #expect(String(decoding: printed, as: UTF8.self) == (machine.status == 0 ? "on\n" : ""))
        #expect(process.terminationStatus == machine.status)
        let calls = FileManager.default.contents(atPath: folder.appending(path: "calls").path) ?? Data()
        #expect(String(decoding: calls, as: UTF8.self).split(separator: "\n").map(String.init) == machine.calls)
    }
}
