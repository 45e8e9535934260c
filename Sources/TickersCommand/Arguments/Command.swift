/// One of the things that `tickers` can do. A file per command, and a line in ``TickersProgram/all``.
protocol Command: Sendable {
    static var name: String { get }
    /// One line for the overview.
    static var summary: String { get }
    /// What stands behind the name, as in `ID`; empty for nothing.
    static var operands: String { get }
    /// What the summary leaves open, in lines of at most 80 characters; may be empty.
    static var details: String { get }
    /// Its options, but for `--store`, `--json` and `--help`, which every command has.
    static var options: [CommandOption] { get }

    /// - Throws: ``UsageError``.
    init(_ arguments: Arguments) throws

    /// - Throws: ``Refusal``, and what stores throw.
    func run(_ session: Session) async throws
}

extension Command {
    static var allOptions: [CommandOption] { options + [.store, .json, .helping] }

    static var help: String {
        let width = (allOptions.map(\.shown.count).max() ?? 0) + 2
        var lines = [
            "\(summary).", "", "usage: tickers \(name)\(operands.isEmpty ? "" : " \(operands)") --store FILE [options]",
            "",
        ]
        if !details.isEmpty { lines += [details, ""] }
        lines += allOptions.map { "  " + $0.shown.padded(to: width) + $0.help }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// What was asked for cannot be done, or is not there: exit status 1.
struct Refusal: Error, Hashable {
    let message: String

    init(_ message: String) { self.message = message }
}
