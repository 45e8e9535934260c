package import struct Foundation.Data

/// What a recurrence is to do, as code or an operator has said it: a value that can be compared and kept in a file.
public final class RecurrenceDefinition: Sendable, Hashable, Codable {
    /// What an occurrence runs.
    package enum Target: Sendable, Hashable, Codable {
        case function(FunctionTarget)
        /// The template that is registered under this name.
        case workflow(String)
    }

    /// One ticker per occurrence.
    package struct FunctionTarget: Sendable, Hashable, Codable {
        package var name: String
        /// `nil` for a function without input.
        package var input: Data?
        package var queue: String
        package var priority: TickerPriority
        package var options: StoredOptions

        package init(spec: TickerSpec, input: Data?) {
            name = spec.function
            self.input = input
            queue = spec.queue
            priority = spec.priority
            options = StoredOptions(spec.options)
        }

        /// What its tickers ask for.
        package var spec: TickerSpec {
            TickerSpec(function: name, options: options.options(queue: queue, priority: priority))
        }
    }

    /// What it says but for the input: the same for as many recurrences as say the same.
    package let terms: RecurrenceTerms
    /// Empty where the terms have no input.
    private let input: Data

    package init(rule: RecurrenceRule, target: Target, missed: MissedPolicy, overlap: OverlapPolicy) {
        var target = target
        var input: Data?
        if case .function(var function) = target {
            (input, function.input) = (function.input, nil)
            target = .function(function)
        }
        self.input = input ?? Data()
        terms = RecurrenceTerms(
            rule: rule,
            target: target,
            hasInput: input != nil,
            missed: missed,
            overlap: overlap
        )
    }

    /// The same with terms that say the same.
    package init(_ definition: RecurrenceDefinition, sharing terms: RecurrenceTerms) {
        input = definition.input
        self.terms = terms
    }

    package var rule: RecurrenceRule { terms.rule }
    package var missed: MissedPolicy { terms.missed }
    package var overlap: OverlapPolicy { terms.overlap }

    package var target: Target {
        guard terms.hasInput, case .function(var function) = terms.target else { return terms.target }
        function.input = input
        return .function(function)
    }

    /// This definition with what `declared` changes in what was declared before it: what an operator has changed since stays, where
    /// the code still says the same.
    package func taking(_ declared: RecurrenceDefinition, over before: RecurrenceDefinition) -> RecurrenceDefinition {
        let isChanged = declared.rule == before.rule && declared.rule != rule
        return RecurrenceDefinition(
            rule: isChanged ? rule : declared.rule,
            target: declared.target == before.target ? target : declared.target,
            missed: declared.missed == before.missed ? missed : declared.missed,
            overlap: declared.overlap == before.overlap ? overlap : declared.overlap
        )
    }

    /// Definitions are equal when they say the same.
    public static func == (left: RecurrenceDefinition, right: RecurrenceDefinition) -> Bool {
        left === right || (left.input == right.input && left.terms == right.terms)
    }

    /// Hashes what most differ by.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(input)
        hasher.combine(terms)
    }

    private enum CodingKeys: String, CodingKey {
        case rule, target, missed, overlap
    }

    /// Reads the stored form.
    public convenience init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            rule: try container.decode(RecurrenceRule.self, forKey: .rule),
            target: try container.decode(Target.self, forKey: .target),
            missed: try container.decode(MissedPolicy.self, forKey: .missed),
            overlap: try container.decode(OverlapPolicy.self, forKey: .overlap)
        )
    }

    /// Writes the stored form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(rule, forKey: .rule)
        try container.encode(target, forKey: .target)
        try container.encode(missed, forKey: .missed)
        try container.encode(overlap, forKey: .overlap)
    }

    /// What is wrong with it, in sentences.
    package var problems: [String] {
        var found = missed.problems
        switch target {
        case .function(let function): found += function.spec.problems
        case .workflow(let name): found += TickerSpec.nameProblems(name, of: "template name")
        }
        return found
    }
}

/// What definitions share that say the same but for their inputs. A store keeps it once for all of them.
package final class RecurrenceTerms: Sendable, Hashable {
    package let rule: RecurrenceRule
    /// Without the input.
    package let target: RecurrenceDefinition.Target
    package let hasInput: Bool
    package let missed: MissedPolicy
    package let overlap: OverlapPolicy

    package init(
        rule: RecurrenceRule,
        target: RecurrenceDefinition.Target,
        hasInput: Bool,
        missed: MissedPolicy,
        overlap: OverlapPolicy
    ) {
        self.rule = rule
        self.target = target
        self.hasInput = hasInput
        self.missed = missed
        self.overlap = overlap
    }

    package static func == (left: RecurrenceTerms, right: RecurrenceTerms) -> Bool {
        left === right
            || (left.rule == right.rule && left.target == right.target && left.hasInput == right.hasInput
                && left.missed == right.missed && left.overlap == right.overlap)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(rule)
        hasher.combine(target)
    }
}
