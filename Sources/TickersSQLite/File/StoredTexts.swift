import Foundation
import Tickers

/// Values that are kept as text: readable in a shell, and read back without a trap whatever the text is.

extension TickerState {
    /// The word in the file.
    var text: String {
        switch self {
        case .waiting: "waiting"
        case .scheduled: "scheduled"
        case .running: "running"
        case .retrying: "retrying"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .cancelled: "cancelled"
        case .skipped: "skipped"
        }
    }

    init?(text: String) {
        guard let state = Self.byText[text] else { return nil }
        self = state
    }

    private static let byText = Dictionary(uniqueKeysWithValues: allCases.map { ($0.text, $0) })
}

extension RunCondition {
    init?(text: String) {
        guard let condition = Self.byText[text] else { return nil }
        self = condition
    }

    private static let byText = Dictionary(uniqueKeysWithValues: allCases.map { ($0.description, $0) })
}

extension ParentFailurePolicy {
    var text: String {
        switch self {
        case .byCondition: "byCondition"
        case .runNow: "runNow"
        case .fail: "fail"
        }
    }

    init?(text: String) {
        guard let policy = Self.allCases.first(where: { $0.text == text }) else { return nil }
        self = policy
    }
}

extension EdgeVerdict {
    var text: String {
        switch self {
        case .wait: "wait"
        case .run: "run"
        case .never: "never"
        case .runNow: "runNow"
        case .fail: "fail"
        }
    }

    init?(text: String) {
        switch text {
        case "wait": self = .wait
        case "run": self = .run
        case "never": self = .never
        case "runNow": self = .runNow
        case "fail": self = .fail
        default: return nil
        }
    }
}

extension EndReason {
    /// A word, with the id that it is about behind it.
    var text: String {
        switch self {
        case .byRequest: "byRequest"
        case .parentSucceeded(let id): "parentSucceeded \(id)"
        case .parentFailed(let id): "parentFailed \(id)"
        case .parentCancelled(let id): "parentCancelled \(id)"
        case .parentSkipped(let id): "parentSkipped \(id)"
        case .withdrawn(let id): "withdrawn \(id)"
        case .replaced(let id): "replaced \(id)"
        case .workflowFailed(let id): "workflowFailed \(id)"
        case .expired: "expired"
        case .workflowDeadline: "workflowDeadline"
        }
    }

    init?(text: String) {
        let parts = text.split(separator: " ", maxSplits: 1)
        switch (parts.first, parts.count > 1 ? TickerID(String(parts[1])) : nil) {
        case ("byRequest", nil): self = .byRequest
        case ("parentSucceeded", let id?): self = .parentSucceeded(id)
        case ("parentFailed", let id?): self = .parentFailed(id)
        case ("parentCancelled", let id?): self = .parentCancelled(id)
        case ("parentSkipped", let id?): self = .parentSkipped(id)
        case ("withdrawn", let id?): self = .withdrawn(id)
        case ("replaced", let id?): self = .replaced(by: id)
        case ("workflowFailed", let id?): self = .workflowFailed(id)
        case ("expired", nil): self = .expired
        case ("workflowDeadline", nil): self = .workflowDeadline
        default: return nil
        }
    }
}

extension TickerImage.Input {
    /// Where the input comes from; `nil` for one that is kept itself.
    var source: String? {
        switch self {
        case .payload: nil
        case .outputOf(let parent): "output \(parent)"
        case .failureOf(let parent): "failure \(parent)"
        case .outputsOf(let parents): "outputs " + parents.map(String.init).joined(separator: ",")
        }
    }

    init?(source: String) {
        let parts = source.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        switch (parts[0], Int64(parts[1])) {
        case ("output", let parent?): self = .outputOf(parent)
        case ("failure", let parent?): self = .failureOf(parent)
        case ("outputs", _): self = .outputsOf(parts[1].split(separator: ",").compactMap { Int64($0) })
        default: return nil
        }
    }
}

/// What a workflow asked for as a whole, in the form of the file.
struct StoredWorkflowOptions: Codable {
    private var onFailure: WorkflowOptions.FailurePolicy
    private var deadline: WorkflowOptions.Deadline?
    private var unique: UniqueKey?
    private var occurrence: Occurrence?

    init(_ options: WorkflowOptions) {
        (onFailure, deadline, unique) = (options.onFailure, options.deadline, options.unique)
        occurrence = options.occurrence
    }

    var options: WorkflowOptions {
        var options = WorkflowOptions(onFailure: onFailure, deadline: deadline, unique: unique)
        options.occurrence = occurrence
        return options
    }
}

/// JSON with its keys in order, so that the same value is always the same text.
enum StoredJSON {
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func value<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
