internal import Foundation
import Tickers

/// The file of a database as the operating system knows it, before SQLite does.
///
/// A file that SQLite has open in this process is never opened here a second time: closing it would drop SQLite's locks.
enum DatabaseFile {
    /// The file's own path, links resolved, which is the same for everyone who means this file.
    ///
    /// - Throws: ``TickerError`` with code `storeCannotOpen` where the folder is missing or the path is a folder.
    static func resolved(_ path: String) throws -> String {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw TickerError.storeCannotOpen(path: path, "the path is empty or has a NUL in it")
        }
        if let whole = realPath(path) {
            guard mode(of: whole).map({ $0 & S_IFMT }) != S_IFDIR else {
                throw TickerError.storeCannotOpen(path: path, "it is a folder; name a file in it")
            }
            return whole
        }
        let reason = String(cString: strerror(errno))
        guard errno == ENOENT, mode(of: path, followingLinks: false) == nil else {
            throw TickerError.storeCannotOpen(path: path, "it leads to no file (\(reason))")
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard let name = parts.last, !name.isEmpty else {
            throw TickerError.storeCannotOpen(path: path, "it is a folder; name a file in it")
        }
        let folder = parts.count == 1 ? "." : parts.dropLast().joined(separator: "/") + "/"
        guard let known = realPath(folder) else {
            let reason = String(cString: strerror(errno))
            throw TickerError.storeCannotOpen(path: path, "its folder cannot be used (\(reason)); create it first")
        }
        return known == "/" ? "/\(name)" : "\(known)/\(name)"
    }

    /// The resolved path, and behind it, where `isCreating` says so, a file that only this user may read and write.
    static func prepared(_ path: String, creating isCreating: Bool) throws -> String {
        let resolved = try resolved(path)
        guard isCreating else {
            guard mode(of: resolved) != nil else {
                throw TickerError.storeCannotOpen(path: resolved, "there is no such file")
            }
            return resolved
        }
        let file = open(resolved, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file >= 0 {
            // It is new, so that SQLite cannot have locks on it yet.
            close(file)
            syncFolder(of: resolved)
        } else if errno != EEXIST {
            throw failure(errno, path: resolved)
        }
        return resolved
    }

    /// What the operating system said when a file could not be created or opened.
    static func failure(_ number: Int32, path: String) -> TickerError {
        let reason = String(cString: strerror(number))
        if [EACCES, EPERM, EROFS].contains(number) { return .storeReadOnly(path: path, reason) }
        if [ENOSPC, EDQUOT].contains(number) {
            return .sqlite(code: 13, message: reason, path: path, doing: "creating the file")
        }
        return .storeCannotOpen(path: path, reason)
    }

    /// Makes the new name last. A folder that cannot be read cannot be synced, and SQLite goes on without as well.
    private static func syncFolder(of path: String) {
        let folder = open(
            path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex).description,
            O_RDONLY | O_CLOEXEC
        )
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private static func realPath(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    private static func mode(of path: String, followingLinks: Bool = true) -> mode_t? {
        var facts = stat()
        let result = followingLinks ? stat(path, &facts) : lstat(path, &facts)
        return result == 0 ? facts.st_mode : nil
    }
}
