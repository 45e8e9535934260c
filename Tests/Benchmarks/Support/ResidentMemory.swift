import Foundation

#if canImport(Darwin)
    import Darwin
#endif

/// How much of this process lies in memory.
enum ResidentMemory {
    /// In mebibytes.
    static func mebibytes() throws -> Double { Double(try bytes()) / 1_048_576 }

    #if canImport(Darwin)
        private static func bytes() throws -> UInt64 {
            var info = mach_task_basic_info()
            var count = mach_msg_type_number_t(MemoryLayout<mach_task_basic_info>.size / MemoryLayout<natural_t>.size)
            let code = withUnsafeMutablePointer(to: &info) { info in
                info.withMemoryRebound(to: integer_t.self, capacity: Int(count)) { words in
                    task_info(mach_task_self_, task_flavor_t(MACH_TASK_BASIC_INFO), words, &count)
                }
            }
            guard code == KERN_SUCCESS else { throw Unreadable(what: "task_info answered \(code)") }
            return UInt64(info.resident_size)
        }
    #else
        /// The second word of `statm` counts resident pages; see proc(5).
        private static func bytes() throws -> UInt64 {
            let path = "/proc/self/statm"
            guard let data = try FileHandle(forReadingAtPath: path)?.readToEnd() else { throw Unreadable(what: path) }
            let words = String(decoding: data, as: UTF8.self).split(separator: " ")
            guard words.count > 1, let pages = UInt64(words[1]) else { throw Unreadable(what: path) }
            return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
        }
    #endif

    private struct Unreadable: Error, CustomStringConvertible {
        let what: String
        var description: String { "resident memory cannot be read: \(what)" }
    }
}
