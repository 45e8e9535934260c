/// A handler's typed name, declared once and known to callers and workers.
///
/// ```swift
/// static let charge = TickerFunction<Order, Receipt>("ProcessPayment", options: TickerOptions(timeout: .seconds(30)))
/// ```
///
/// Input and output are Codable or `Void`. The name is what a store keeps: rename with an alias, never without.
public struct TickerFunction<Input: Sendable, Output: Sendable>: Sendable {
    /// The name under which tickers are stored: 1 to ``TickerLimits/nameBytes`` bytes of UTF-8.
    public let name: String
    /// Names under which older tickers of this function were stored.
    public let aliases: [String]
    package let spec: TickerSpec
    package let input: PayloadCoder<Input>
    package let output: PayloadCoder<Output>

    private init(
        _ name: String,
        aliases: [String],
        options: TickerOptions,
        input: PayloadCoder<Input>,
        output: PayloadCoder<Output>
    ) {
        self.name = name
        self.aliases = aliases
        spec = TickerSpec(function: name, options: options)
        self.input = input
        self.output = output
    }
}

extension TickerFunction where Input: Codable, Output: Codable {
    /// A function with input and output.
    public init(_ name: String, aliases: [String] = [], options: TickerOptions = .inherited) {
        self.init(name, aliases: aliases, options: options, input: .codable, output: .codable)
    }
}

extension TickerFunction where Input == Void, Output: Codable {
    /// A function without input.
    public init(_ name: String, aliases: [String] = [], options: TickerOptions = .inherited) {
        self.init(name, aliases: aliases, options: options, input: .void, output: .codable)
    }
}

extension TickerFunction where Input: Codable, Output == Void {
    /// A function without output.
    public init(_ name: String, aliases: [String] = [], options: TickerOptions = .inherited) {
        self.init(name, aliases: aliases, options: options, input: .codable, output: .void)
    }
}

extension TickerFunction where Input == Void, Output == Void {
    /// A function without input and output.
    public init(_ name: String, aliases: [String] = [], options: TickerOptions = .inherited) {
        self.init(name, aliases: aliases, options: options, input: .void, output: .void)
    }
}
