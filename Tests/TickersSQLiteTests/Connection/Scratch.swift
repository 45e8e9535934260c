import Foundation
import Testing
import Tickers
import TickersSQLite

/// A folder for one test, gone with it.
///
/// Suites of tests that open files in it are serialized: an open store takes four of the few files that systems let a process have
/// open, 256 on some.
final class Scratch: Sendable {
    let folder: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "tickers-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        folder = url.path
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            print("left behind: \(folder): \(error)")
        }
    }

    /// The folder's own name.
    var name: String { URL(filePath: folder).lastPathComponent }

    func allowRemoval() throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
    }

    /// The path of a file in it.
    func path(_ name: String = "app.db") -> String { "\(folder)/\(name)" }

    func owner(_ name: String = "app.db", _ durability: Durability = .full) throws -> SQLiteConnection {
        try SQLiteConnection(path: path(name), access: .owner(durability))
    }

    func reader(_ name: String = "app.db") throws -> SQLiteConnection {
        try SQLiteConnection(path: path(name), access: .readOnly)
    }

    func write(_ bytes: Data, to name: String) throws {
        try bytes.write(to: URL(filePath: path(name)))
    }

    func size(_ name: String) -> Int? {
        FileManager.default.contents(atPath: path(name))?.count
    }
}

/// Runs `body` without the rights of the superuser, for whom every file can be written. Others have none to give up.
func asNobody(_ body: () -> Void) throws {
    guard geteuid() == 0 else { return body() }
    #if os(Linux)
        // The rights to files of this thread alone, which `body` does not leave; the C library's header is not imported.
        typealias SetUser = @convention(c) (uid_t) -> Int32
        let setUser = unsafeBitCast(try #require(dlsym(nil, "setfsuid")), to: SetUser.self)
        _ = setUser(65_534)
        defer { _ = setUser(0) }
        body()
    #endif
}
