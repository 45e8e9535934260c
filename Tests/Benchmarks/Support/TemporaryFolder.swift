import Foundation

/// A folder on the disk that temporary files are on.
enum TemporaryFolder {
    static func with<Result>(_ body: (_ path: String) throws -> Result) throws -> Result {
        let path = try make()
        defer { remove(path) }
        return try body(path)
    }

    static func with<Result>(_ body: (_ path: String) async throws -> Result) async throws -> Result {
        let path = try make()
        defer { remove(path) }
        return try await body(path)
    }

    static func make() throws -> String {
        let url = FileManager.default.temporaryDirectory.appending(path: "tickers-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url.path
    }

    static func remove(_ path: String) {
        do { try FileManager.default.removeItem(atPath: path) } catch { print("left behind: \(path): \(error)") }
    }
}
