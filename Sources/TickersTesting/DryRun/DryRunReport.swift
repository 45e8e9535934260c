public import Tickers

/// How the steps of a workflow end when they are given outcomes.
public struct DryRunReport: Sendable, Hashable {
    /// The workflow as a store would show it in the end.
    public let summary: WorkflowSummary
    /// The steps, in the order in which they were added.
    public let steps: [DryRunStep]

    /// How the workflow ended as a whole.
    public var status: WorkflowStatus { summary.status }

    /// What became of a step of the workflow that was run. O(1).
    public subscript<Output>(step: WorkflowStep<Output>) -> DryRunStep { steps[step.position] }

    /// The first step that runs the function of this name; `nil` when none does. O(steps).
    public subscript(function: String) -> DryRunStep? { steps.first { $0.function == function } }

    /// The steps that run `function`, in the order in which they were added. O(steps).
    public func steps<Input, Output>(of function: TickerFunction<Input, Output>) -> [DryRunStep] {
        steps.filter { $0.function == function.name }
    }

    /// The steps as a tree of lines, each with its end and the reason. O(steps + edges).
    public func tree() -> String { summary.tree() }
}

/// What became of one step in a dry run.
public struct DryRunStep: Sendable, Hashable {
    /// The step's ticker as it stood in the end.
    public let ticker: Ticker
    /// Its place in the order of first starts, from 1; `nil` when it did not start.
    public let startOrder: Int?
    /// When its first attempt started, counted from the start of the run; `nil` when it did not start.
    public let startedAfter: Duration?
    /// When it ended, counted from the start of the run.
    public let endedAfter: Duration?
    /// Why it did not succeed, in words: the reason of a skip or cancellation, or the failure's message.
    public let why: String?

    /// The name of its function.
    public var function: String { ticker.function }
    /// How it ended.
    public var status: TickerStatus { ticker.status }
    /// The attempts it made.
    public var attempts: Int { ticker.attempts }
    /// Why it was skipped or cancelled, or failed with a parent's failure.
    public var reason: EndReason? { ticker.reason }
}

extension DryRunReport {
    /// Checks how every step ends, in the order in which the steps were added.
    ///
    /// ```swift
    /// try report.expect(["ValidateOrder": .succeeded, "ProcessPayment": .failed, "SendReceipt": .skipped])
    /// ```
    ///
    /// - Parameter expected: The functions' names with their ends; a name may stand more than once.
    /// - Throws: ``ExpectationMismatch``, which shows what was expected beside what became of each step.
    public func expect(
        _ expected: KeyValuePairs<String, TickerStatus>,
        fileID: String = #fileID,
        line: Int = #line
    ) throws {
        var rows = [["", "step", "expected", "ended"]]
        var areEqual = true
        for pair in Alignment.of(expected: expected.map(\.key), actual: steps.map(\.function)) {
            switch pair {
            case .both(let left, let right):
                let (wanted, step) = (expected[left].value, steps[right])
                areEqual = areEqual && wanted == step.status
                rows.append([wanted == step.status ? "=" : "≠", step.function, wanted.rawValue, step.ending])
            case .missing(let left):
                areEqual = false
                rows.append(["−", expected[left].key, expected[left].value.rawValue, "no such step"])
            case .surplus(let right):
                areEqual = false
                rows.append(["+", steps[right].function, "not expected", steps[right].ending])
            }
        }
        guard !areEqual else { return }
        let lines = ["The steps end otherwise than expected:"] + rows.columns.indented(by: 2)
        throw ExpectationMismatch(lines.message, fileID: fileID, line: line)
    }

    /// Checks how every step that runs `function` ends, and how many attempts it makes.
    ///
    /// - Parameter attempts: How many attempts each of them makes; `nil` for any number.
    /// - Throws: ``ExpectationMismatch``, also when no step runs the function.
    public func expect<Input, Output>(
        _ function: TickerFunction<Input, Output>,
        _ status: TickerStatus,
        attempts: Int? = nil,
        fileID: String = #fileID,
        line: Int = #line
    ) throws {
        let found = steps(of: function)
        guard !found.isEmpty else {
            let names = steps.map(\.function).joined(separator: ", ")
            let sentence = "No step runs \(function.name); the steps are \(names)."
            throw ExpectationMismatch(sentence, fileID: fileID, line: line)
        }
        var lines: [String] = []
        for step in found where step.status != status || attempts.map({ $0 != step.attempts }) == true {
            let wanted = attempts.map { "\(status.rawValue), attempts: \($0)" } ?? status.rawValue
            let ended = attempts == nil ? step.ending : "\(step.ending), attempts: \(step.attempts)"
            lines.append("\(function.name) ends otherwise than expected:")
            lines += [Difference(property: "", expected: wanted, actual: ended)].lines(actualWord: "ended")
        }
        guard !lines.isEmpty else { return }
        throw ExpectationMismatch(lines.message, fileID: fileID, line: line)
    }
}

extension DryRunStep {
    /// The end with its reason.
    fileprivate var ending: String { status.rawValue + (why.map { " (\($0))" } ?? "") }
}

extension [[String]] {
    /// Rows of cells as lines, each column as wide as its widest cell.
    fileprivate var columns: [String] {
        let widths = (0..<(first?.count ?? 0)).map { column in map { $0[column].count }.max() ?? 0 }
        return map { row in
            let line = zip(row, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
