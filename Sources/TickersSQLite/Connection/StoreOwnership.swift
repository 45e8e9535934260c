internal import Foundation
import Synchronization
import Tickers

/// The right to be the one store of a file: a lock of the operating system on a file beside it, `<database>-owner`.
///
/// The lock belongs to the opened file and not to the process, so a second store of the same process is refused too. It ends
/// with the process, however that ends. The file beside stays, empty of meaning; it holds the owner's process id for people.
package final class StoreOwnership: Sendable {
    /// The database file, its links resolved.
    package let path: String

    private let file: Mutex<Int32?>

    /// Takes the ownership at once, or not at all.
    ///
    /// - Throws: ``TickerError`` with code `storeLocked` where another store has it, naming its process, `storeCannotOpen` or
    ///   `storeReadOnly` where there is no place for the file.
    package init(path: String) throws {
        let resolved = try DatabaseFile.resolved(path)
        self.path = resolved
        file = try Mutex(Self.lock(beside: resolved))
    }

    deinit { release() }

    /// Gives it up; again it does nothing.
    package func release() {
        let held = file.withLock { file in
            defer { file = nil }
            return file
        }
        guard let held else { return }
        // Said expressly: a child that is just being started has the file open as well, until it runs its own program.
        flock(held, LOCK_UN)
        close(held)
    }

    private static func lock(beside path: String) throws -> Int32 {
        let name = path + "-owner"
        while true {
            let file = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard file >= 0 else { throw DatabaseFile.failure(errno, path: name) }
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                let reason = errno
                defer { close(file) }
                if reason == EINTR { continue }
                if reason == EWOULDBLOCK { throw TickerError.storeLocked(path: path, owner: owner(in: file)) }
                throw TickerError.storeCannotOpen(
                    path: name,
                    "it cannot be locked: \(String(cString: strerror(reason)))"
                )
            }
            // Somebody may have removed the file in between; a lock on what has no name keeps nobody out.
            if isStill(file, at: name) {
                write(getpid(), to: file)
                return file
            }
            close(file)
        }
    }

    private static func isStill(_ file: Int32, at name: String) -> Bool {
        var held = stat()
        var named = stat()
        guard fstat(file, &held) == 0, stat(name, &named) == 0 else { return false }
        return held.st_ino == named.st_ino && held.st_dev == named.st_dev
    }

    /// For people: on a full disk the lock holds without it.
    private static func write(_ process: pid_t, to file: Int32) {
        var text = "\(process)\n"
        ftruncate(file, 0)
        text.withUTF8 { _ = pwrite(file, $0.baseAddress, $0.count, 0) }
    }

    private static func owner(in file: Int32) -> String? {
        var bytes = [UInt8](repeating: 0, count: 24)
        let count = pread(file, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        let digits = bytes.prefix(count).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
    }
}
