#if os(macOS) || os(Linux)  // Elsewhere programs start none.
    internal import Foundation
    import Synchronization
    import Tickers

    /// A child process that can be killed with `SIGKILL` at a chosen moment: at a line of its output, after a time, or at will.
    ///
    /// Its standard output is read line by line, its errors go where this process's go, and its input stays open and empty until it
    /// ends, so that a child which reads its input lives no longer than this process. It is killed when this is released.
    public final class KilledProcess: Sendable {
        /// How a process ended, and what it had said until then.
        public struct Ending: Sendable, Hashable {
            /// Why it is over.
            public enum Reason: Sendable, Hashable {
                /// It ended by itself, with this status.
                case exited(Int32)
                /// A signal ended it; `SIGKILL` is 9.
                case killed(signal: Int32)
            }

            /// Why it is over.
            public let reason: Reason
            /// Its output, the last line also where it was cut off.
            public let lines: [String]
        }

        /// The system's number of the process.
        public let processID: Int32

        private let watch: ProcessWatch

        /// Starts a process.
        ///
        /// - Parameters:
        ///   - executable: The path of the program.
        ///   - arguments: What it is given, without its own name.
        ///   - environment: Its whole environment; `nil` gives it that of this process.
        ///   - isLast: Whether to kill it at this line: at once, on the thread that reads.
        /// - Throws: What Foundation says when the program cannot be started.
        public init(
            _ executable: String,
            arguments: [String] = [],
            environment: [String: String]? = nil,
            killedAt isLast: (@Sendable (String) -> Bool)? = nil
        ) throws {
            let process = Process()
            let output = Pipe()
            let input = Pipe()
            process.executableURL = URL(filePath: executable)
            process.arguments = arguments
            if let environment { process.environment = environment }
            process.standardOutput = output
            process.standardInput = input
            let watch = ProcessWatch(input: input.fileHandleForWriting, isLast: isLast)
            process.terminationHandler = { process in
                let status = process.terminationStatus
                watch.ended(process.terminationReason == .exit ? .exited(status) : .killed(signal: status))
            }
            try process.run()
            processID = process.processIdentifier
            self.watch = watch
            watch.started(processID)
            let file = output.fileHandleForReading
            Thread.detachNewThread { watch.readLines(of: file) }
        }

        deinit { watch.killNow() }

        /// Kills it at once; nothing happens where it has ended.
        public func kill() { watch.killNow() }

        /// Kills it once this much time has passed from now.
        ///
        /// - Throws: `CancellationError`, and then it has not been killed.
        public func kill(after time: Duration) async throws {
            let clock = SystemClock()
            try await clock.sleep(until: clock.monotonic.advanced(by: time))
            kill()
        }

        /// Waits for a line, from the beginning of its output on. Returns `nil` where it ended without one, or the task is cancelled.
        public func line(where matches: @escaping @Sendable (String) -> Bool) async -> String? {
            await withTaskCancellationHandler {
                await watch.line(where: matches)
            } onCancel: {
                watch.killNow()
            }
        }

        /// Waits until it has ended and its output is closed. Kills it where the task is cancelled.
        public func ending() async -> Ending {
            await withTaskCancellationHandler {
                await watch.ending()
            } onCancel: {
                watch.killNow()
            }
        }
    }
#endif
