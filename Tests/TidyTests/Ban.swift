/// Something that Sources may not say, but for listed files.
struct Ban: Sendable, CustomStringConvertible {
    /// Completes "nothing …".
    let description: String
    /// A regular expression over code without comments and strings.
    let pattern: String
    /// Files in which it may stand, each with the reason.
    var allowed: [String: String] = [:]
    /// Whether a remark beside it, which proves it right, allows it.
    var isAllowedByRemark = false
    /// What is caught.
    let examples: [String]
    /// What looks like it and is not caught.
    let innocent: [String]

    /// The places in `file` where it stands and may not.
    func violations(in file: SwiftFile) throws -> [Violation] {
        guard allowed[file.path] == nil else { return [] }
        return try Pattern(pattern).lines(in: file.code).compactMap { line in
            if isAllowedByRemark, !file.remarks.isDisjoint(with: line - 1...line + 1) { return nil }
            let remedy = isAllowedByRemark ? "no remark beside it proves that it is right" : "only listed files may"
            return file.violation(line, "\(description): \(remedy)")
        }
    }

    private static let clock = [
        "Sources/Tickers/Engine/SystemClock.swift": "the one reader of real clocks"
    ]
}

extension Ban {
    static let all = time + tasks + traps + proofs

    private static let time = [
        Ban(
            description: "reads a date",
            pattern: #"\bDate\s*(\(\)|\.now\b)|\b(gettimeofday|systemUptime|CFAbsoluteTimeGetCurrent)\b"#,
            examples: ["let a = Date()", "a(Date.now)", "gettimeofday(&t, nil)"],
            innocent: ["Date(timeIntervalSince1970: 0)", "// Date()", "let candidate = UpDate()"]
        ),
        Ban(
            description: "reads a clock",
            pattern: #"\b(Continuous|Suspending)Clock\b|\bclock_gettime\b|\bDispatchTime\b|"#
                + #"(?<!\bTickerDue)(?<=[A-Za-z0-9_)\]])\.now\b"#,
            allowed: clock,
            examples: ["let a = ContinuousClock().now", "clock_gettime(A, &b)", "a = clock.now", "b = clocks[0].now"],
            innocent: ["due: TickerDue = .now", "TickerDue.now", "a.nowhere", "\"ContinuousClock()\""]
        ),
        Ban(
            description: "sleeps",
            pattern: #"\b(Task|Thread)\s*\.\s*sleep\b|\b((u|nano)sleep\s*\(|sleep\s*\(\s*\d)|\basyncAfter\b"#,
            allowed: clock,
            examples: ["try await Task" + ".sleep(for: a)", "u" + "sleep(5)", "Thread" + ".sleep(forTimeInterval: 1)"],
            innocent: ["try await clock.sleep(until: a)", "sleep(deadline)", "func sleep(for a: B)"]
        ),
    ]

    private static let tasks = [
        Ban(
            description: "starts a task without a parent",
            pattern: #"\bTask\s*(<[^>\n]*>)?\s*[({]|\bTask\s*(<[^>\n]*>)?\s*\.\s*(detached|immediate)\b"#,
            allowed: [
                "Sources/Tickers/Engine/Pool/WorkerPool.swift": "slots, which the pool replaces and drains",
                "Sources/Tickers/Engine/Scheduler/Scheduler.swift": "start(), whose task shutdown() waits for",
                "Sources/TickersTesting/VirtualClock.swift": "run(), which moves its body to the simulation",
            ],
            examples: [
                "Task { a() }", "Task.detached { a() }", "Task(executorPreference: b) { a() }", "Task<A, B> {}",
            ],
            innocent: ["group.addTask { a() }", "let task: Task<Void, Never>", "Task.isCancelled", "SubTask { a() }"]
        )
    ]

    private static let traps = [
        Ban(
            description: "traps on an error",
            pattern: #"\btry\s*!|\bfatalError\s*\("#,
            examples: ["try! a()", "fatalError(\"a\")"],
            innocent: ["try a()", "preconditionFailure(\"a\")", "// try! a()"]
        ),
        Ban(
            description: "swallows an error",
            pattern: #"\btry\s*\?|\bcatch\s*\{\s*\}"#,
            examples: ["try? a()", "let b = try? await a()", "do { try a() } catch { }"],
            innocent: ["try a()", "retry ? b : c", "catch { throw error }"]
        ),
        Ban(
            description: "prints",
            pattern: #"(?<![.\w])(debugPrint|print|dump|NSLog)\s*\("#,
            examples: ["print(a)", "debugPrint(a)", "dump(a)"],
            innocent: ["a.print(b)", "fingerprint(a)"]
        ),
    ]

    private static let proofs = [
        Ban(
            description: "is unchecked where the compiler could check",
            pattern: #"@unchecked\s+Sendable\b|\bnonisolated\s*\(\s*unsafe\s*\)"#,
            isAllowedByRemark: true,
            examples: ["class A: @unchecked Sendable {}", "/// A.\nnonisolated(unsafe) var a = 0"],
            innocent: ["// One let.\nclass A: @unchecked Sendable {}", "nonisolated(unsafe) var a = 0  // Once."]
        ),
        Ban(
            description: "publishes a name with an underscore",
            pattern: #"\b(public|open)\s+([a-z]+(\([a-z]+\))?\s+)*"#
                + #"(func|var|let|struct|class|enum|actor|protocol|typealias|associatedtype|macro)\s+_\w"#,
            examples: ["public func _a()", "public private(set) static var _b = 0", "public struct _C {}"],
            innocent: ["public func a(_ b: Int)", "private var _a = 0", "package func _a()"]
        ),
    ]
}
