import Foundation
import Testing
import TickersSQLiteTesting

/// A file system of some MiB in memory, which the superuser of a Linux may have, though not in every container.
enum SmallDisk {
    static func canBeHad() async throws -> Bool {
        #if os(Linux)
            guard geteuid() == 0, FileManager.default.isExecutableFile(atPath: "/usr/bin/mount") else { return false }
            let scratch = try Scratch()
            guard try await mount(scratch.folder, mebibytes: 1) else { return false }
            return try await unmount(scratch.folder)
        #else
            return false
        #endif
    }

    /// Mounts it on a folder for as long as `body` runs.
    static func with(at folder: String, mebibytes: Int = 1, _ body: () async throws -> Void) async throws {
        try #require(await mount(folder, mebibytes: mebibytes))
        do {
            try await body()
        } catch {
            #expect(try await unmount(folder))
            throw error
        }
        #expect(try await unmount(folder))
    }

    private static func mount(_ folder: String, mebibytes: Int) async throws -> Bool {
        try await succeeds("/usr/bin/mount", "-t", "tmpfs", "-o", "size=\(mebibytes)m", "tmpfs", folder)
    }

    private static func unmount(_ folder: String) async throws -> Bool {
        try await succeeds("/usr/bin/umount", folder)
    }

    private static func succeeds(_ command: String, _ arguments: String...) async throws -> Bool {
        try await KilledProcess(command, arguments: arguments).ending().reason == .exited(0)
    }
}
