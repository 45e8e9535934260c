import Dispatch
import Foundation

/// Ctrl-C and polite kills, as something to wait for.
enum Interrupts {
    /// Waits for SIGINT or SIGTERM; `nil` when the task is cancelled first. From then on a signal ends the process.
    static func first() async -> Int32? {
        let numbers = [SIGINT, SIGTERM]
        let (signals, continuation) = AsyncStream.makeStream(of: Int32.self)
        let sources = numbers.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(number) }
            source.resume()
            return source
        }
        defer {
            for source in sources { source.cancel() }
            for number in numbers { signal(number, SIG_DFL) }
        }
        return await signals.first { _ in true }
    }
}
