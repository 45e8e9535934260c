/// A JSON text whose members come in the order in which they were written.
indirect enum JSONText: Sendable, Hashable {
    case null
    case flag(Bool)
    case number(Int64)
    case fraction(Double)
    case string(String)
    /// JSON as it is stored.
    case stored(String)
    case list([JSONText])
    case object([Member])

    struct Member: Sendable, Hashable {
        let name: String
        let value: JSONText
    }

    /// An object of these members in this order.
    static func members(_ members: KeyValuePairs<String, JSONText>) -> JSONText {
        .object(members.map { Member(name: $0.key, value: $0.value) })
    }

    /// A text or null.
    static func optional(_ text: String?) -> JSONText { text.map { .string($0) } ?? .null }

    /// Indented by two spaces for each level.
    var text: String { text(indentation: "") }

    private func text(indentation: String) -> String {
        switch self {
        case .null: return "null"
        case .flag(let flag): return flag ? "true" : "false"
        case .number(let number): return "\(number)"
        case .fraction(let number): return number.isFinite ? "\(number)" : "null"
        case .string(let text): return Self.quoted(text)
        case .stored(let text): return text
        case .list(let values):
            return Self.block("[", values.map { $0.text(indentation: indentation + "  ") }, "]", indentation)
        case .object(let members):
            let lines = members.map { Self.quoted($0.name) + ": " + $0.value.text(indentation: indentation + "  ") }
            return Self.block("{", lines, "}", indentation)
        }
    }

    private static func block(_ open: String, _ lines: [String], _ close: String, _ indentation: String) -> String {
        guard !lines.isEmpty else { return open + close }
        let inside = indentation + "  "
        return open + "\n" + inside + lines.joined(separator: ",\n" + inside) + "\n" + indentation + close
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            case _: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

/// What a command that looks has found: lines for people, JSON for programs.
struct Picture: Sendable {
    var lines: [Line]
    var json: JSONText
}
