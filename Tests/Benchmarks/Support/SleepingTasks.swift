/// What a bare task costs in memory that sleeps for an hour: the way to wait that everything else is compared with.
enum SleepingTasks {
    /// Bytes for each of `count`, by what the process has resident.
    static func bytes(_ count: Int) async throws -> Double {
        let before = try ResidentMemory.mebibytes()
        let asleep = Turnstile()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    asleep.pass()
                    // Cancellation is how it ends.
                    do { try await Task.sleep(for: .seconds(3_600)) } catch {}
                }
            }
            await asleep.passed(count)
            let after = try ResidentMemory.mebibytes()
            group.cancelAll()
            return (after - before) * 1_048_576 / Double(count)
        }
    }
}
