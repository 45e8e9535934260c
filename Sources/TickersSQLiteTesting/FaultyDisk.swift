internal import CFaultyDisk
public import Foundation
import Synchronization

/// A disk in memory, on which SQLite keeps its files as on any other, whose power can be cut and whose syncs can be slow.
///
/// A write, a truncation or a deletion is certain only once it has been synced. When the power comes back, each unsynced write
/// has been kept, dropped or torn at sectors of 512 bytes, in any subset, as a seed decides; truncations are kept or dropped.
/// The name of a new file is certain once the file has been synced. Bytes beside a write are never harmed, as SQLite expects
/// of disks. The memory that connections share beside a log is lost with the power.
///
/// ```swift
/// let disk = FaultyDisk()
/// // … open "app.db" with `vfs: disk.name`, then
/// disk.losePower(after: 20)
/// // … work until it fails, close, then
/// disk.reboot(seed: 1)
/// // … open again, and look at what is there.
/// ```
public final class FaultyDisk: Sendable {
    private static let count = Atomic(0)

    /// The name of the disk's VFS, under which SQLite finds it.
    public let name: String

    // Every function of the disk may be called on any thread, since each takes the disk's own lock; the pointer never changes.
    private nonisolated(unsafe) let disk: OpaquePointer

    /// An empty disk with power and without bounds.
    public init() {
        name = "tickers-disk-\(Self.count.add(1, ordering: .relaxed).newValue)"
        guard let disk = tickers_disk_create(name) else { preconditionFailure("no memory for the disk \(name)") }
        self.disk = disk
    }

    deinit { tickers_disk_destroy(disk) }

    /// The writes, syncs, truncations and deletions so far, over all files, those that failed included. O(1).
    public var operationCount: Int { Int(tickers_disk_operations(disk)) }

    /// Cuts the power after so many more operations; the one after them fails, with its effect unsynced, and all that follow.
    public func losePower(after operations: Int) {
        precondition(operations >= 0, "operations are counted from now on")
        tickers_disk_lose_power_at(disk, Int64(operations) + 1)
    }

    /// Whether the power is gone.
    public var isOff: Bool { tickers_disk_is_off(disk) != 0 }

    /// Brings the power back, after it is cut where it has not been; `seed` decides what has become of everything unsynced.
    ///
    /// Connections that were open stay broken: close them before or after. O(unsynced bytes and files' sizes).
    public func reboot(seed: UInt64) {
        precondition(tickers_disk_reboot(disk, seed) == 0, "no memory for the disk \(name)")
    }

    /// Bounds the bytes of all files together, beyond which SQLite finds the disk full; `nil` takes the bound away.
    public func setCapacity(_ bytes: Int?) {
        tickers_disk_set_capacity(disk, bytes.map(Int64.init) ?? -1)
    }

    /// Makes each sync take so long from now on; zero, as at first, makes it take no time.
    ///
    /// The thread that syncs waits, in real time and with the disk's lock let go, so that others read and write meanwhile. What was
    /// written before the sync is certain from its beginning on. A deletion takes no time.
    ///
    /// - Parameter delay: From zero to an hour, in whole microseconds; less than one is cut off.
    public func setSyncDelay(_ delay: Duration) {
        precondition((.zero ... .seconds(3_600)).contains(delay), "a sync takes at most an hour, not \(delay)")
        let (seconds, attoseconds) = delay.components
        tickers_disk_set_sync_delay(disk, seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }

    /// The syncs that have reached the disk so far, over all files. O(1).
    public var syncCount: Int { Int(tickers_disk_syncs(disk)) }

    /// Those of them that have waited for as long as ``setSyncDelay(_:)`` says. O(1).
    public var delayedSyncCount: Int { Int(tickers_disk_delayed_syncs(disk)) }

    /// A file as reads see it; `nil` where there is none. O(size).
    public func contents(of file: String) -> Data? {
        let size = tickers_disk_size(disk, file)
        guard size >= 0 else { return nil }
        var data = Data(count: Int(size))
        let copied = data.withUnsafeMutableBytes { tickers_disk_copy(disk, file, $0.baseAddress, Int64($0.count)) }
        return data.prefix(Int(max(copied, 0)))
    }

    /// Gives a file these bytes, synced, and creates it if it is missing: for damage, and for files from elsewhere. O(size).
    public func write(_ data: Data, to file: String) {
        let result = data.withUnsafeBytes { tickers_disk_replace(disk, file, $0.baseAddress, Int64($0.count)) }
        precondition(result == 0, "no memory for the disk \(name)")
    }

    /// Turns over one bit of a file, counted from its beginning, for certain. O(size).
    ///
    /// - Returns: Whether the file has such a bit.
    @discardableResult
    public func flipBit(_ bit: Int, of file: String) -> Bool {
        guard var data = contents(of: file), bit >= 0, bit / 8 < data.count else { return false }
        data[bit / 8] ^= 1 << UInt8(bit % 8)
        write(data, to: file)
        return true
    }
}
