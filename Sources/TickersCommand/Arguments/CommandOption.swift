/// An option that a command takes.
struct CommandOption: Sendable, Hashable {
    /// What stands behind its name.
    enum Value: Sendable, Hashable {
        case none
        /// One value, called so in the help.
        case needed(String)
        /// A number of seconds or nothing, called so in the help.
        case seconds(String)
    }

    let name: String
    let value: Value
    let help: String

    init(_ name: String, _ value: Value, _ help: String) {
        (self.name, self.value, self.help) = (name, value, help)
    }

    /// As it is shown in the help.
    var shown: String {
        switch value {
        case .none: name
        case .needed(let value): "\(name) \(value)"
        case .seconds(let value): "\(name) [\(value)]"
        }
    }

    static let store = CommandOption(
        "--store",
        .needed("FILE"),
        "the store's file; $TICKERS_STORE where it is left out"
    )
    static let json = CommandOption("--json", .none, "prints JSON, with full ids and times in UTC")
    static let watch = CommandOption(
        "--watch",
        .seconds("SECONDS"),
        "draws it again every two seconds, or as many as given"
    )
    static let helping = CommandOption("--help", .none, "this text")
}
