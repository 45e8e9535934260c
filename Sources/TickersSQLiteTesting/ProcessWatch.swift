#if os(macOS) || os(Linux)  // Elsewhere programs start none.
    internal import Foundation
    import Synchronization

    /// What is known of a child process, shared by the thread that reads its output and by those who wait.
    ///
    /// Nobody is resumed and no closure of a caller's runs under the lock.
    final class ProcessWatch: Sendable {
        private struct LineWaiter {
            let matches: @Sendable (String) -> Bool
            let continuation: CheckedContinuation<String?, Never>
        }

        private struct State {
            var processID: Int32?
            var reason: KilledProcess.Ending.Reason?
            var isOutputClosed = false
            var lines: [String] = []
            var lineWaiters: [LineWaiter] = []
            var endWaiters: [CheckedContinuation<KilledProcess.Ending, Never>] = []

            var ending: KilledProcess.Ending? {
                guard let reason, isOutputClosed else { return nil }
                return KilledProcess.Ending(reason: reason, lines: lines)
            }

            mutating func takeEndWaiters() -> [CheckedContinuation<KilledProcess.Ending, Never>] {
                guard ending != nil else { return [] }
                defer { endWaiters = [] }
                return endWaiters
            }
        }

        private let state = Mutex(State())
        private let input: FileHandle
        private let isLast: (@Sendable (String) -> Bool)?

        init(input: FileHandle, isLast: (@Sendable (String) -> Bool)?) {
            self.input = input
            self.isLast = isLast
        }

        func started(_ processID: Int32) {
            state.withLock { $0.processID = processID }
        }

        func killNow() {
            state.withLock { state in
                // The number is this process's until its end is told, and not given away by the system for a long time after.
                if let process = state.processID, state.reason == nil { kill(process, SIGKILL) }
            }
        }

        func ended(_ reason: KilledProcess.Ending.Reason) {
            state.withLock { $0.reason = reason }
            // At once, since Foundation keeps what belonged to a process for longer.
            input.closeFile()
            tellEnd()
        }

        // MARK: Output

        /// Reads until the output is closed, on a thread of its own.
        func readLines(of output: FileHandle) {
            var chunk = [UInt8](repeating: 0, count: 64 << 10)
            var rest: [UInt8] = []
            while true {
                let count = read(output.fileDescriptor, &chunk, chunk.count)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { break }
                let pieces = chunk[..<count].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                for piece in pieces.dropLast() {
                    said(String(decoding: rest + piece, as: UTF8.self))
                    rest = []
                }
                rest += pieces.last ?? []
            }
            output.closeFile()
            if !rest.isEmpty { said(String(decoding: rest, as: UTF8.self)) }
            let waiters = state.withLock { state in
                defer { state.lineWaiters = [] }
                state.isOutputClosed = true
                return state.lineWaiters
            }
            for waiter in waiters { waiter.continuation.resume(returning: nil) }
            tellEnd()
        }

        private func said(_ line: String) {
            if let isLast, isLast(line) { killNow() }
            let waiters = state.withLock { state in
                state.lines.append(line)
                defer { state.lineWaiters = [] }
                return state.lineWaiters
            }
            var unmet: [LineWaiter] = []
            for waiter in waiters {
                if waiter.matches(line) { waiter.continuation.resume(returning: line) } else { unmet.append(waiter) }
            }
            // Only this thread adds lines, so that none of them has been missed in between.
            state.withLock { $0.lineWaiters += unmet }
        }

        private func tellEnd() {
            let (waiters, ending) = state.withLock { state in (state.takeEndWaiters(), state.ending) }
            guard let ending else { return }
            for waiter in waiters { waiter.resume(returning: ending) }
        }

        // MARK: Waiting

        func line(where matches: @escaping @Sendable (String) -> Bool) async -> String? {
            await withCheckedContinuation { continuation in
                var seen = 0
                while true {
                    let lines = state.withLock { state -> ArraySlice<String> in
                        let fresh = state.lines[seen...]
                        if fresh.isEmpty, !state.isOutputClosed {
                            state.lineWaiters.append(LineWaiter(matches: matches, continuation: continuation))
                            seen = -1
                        }
                        return fresh
                    }
                    if seen < 0 { return }
                    if let found = lines.first(where: matches) { return continuation.resume(returning: found) }
                    if lines.isEmpty { return continuation.resume(returning: nil) }
                    seen += lines.count
                }
            }
        }

        func ending() async -> KilledProcess.Ending {
            await withCheckedContinuation { continuation in
                let ending = state.withLock { state in
                    if state.ending == nil { state.endWaiters.append(continuation) }
                    return state.ending
                }
                if let ending { continuation.resume(returning: ending) }
            }
        }
    }
#endif
