import Foundation

/// Runs `body` on a thread with a stack of this many KiB; 512 is what secondary threads have on Apple's systems.
func onStack<Result: Sendable>(ofKiB size: Int, _ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        let thread = Thread { continuation.resume(returning: body()) }
        thread.stackSize = size << 10
        thread.start()
    }
}
