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

    package let rule: RecurrenceRule
    package let target: Target
    package let missed: MissedPolicy
    package let overlap: OverlapPolicy

    package init(rule: RecurrenceRule, target: Target, missed: MissedPolicy, overlap: OverlapPolicy) {
        self.rule = rule
        self.target = target
        self.missed = missed
        self.overlap = overlap
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
        left.rule == right.rule && left.target == right.target && left.missed == right.missed
            && left.overlap == right.overlap
    }

    /// Hashes what most differ by.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(rule)
        hasher.combine(target)
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
