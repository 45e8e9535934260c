import Tickers

/// How a piece of text stands out.
enum Style: String, Sendable {
    case strong = "1"
    case faint = "2"
    case bad = "31"
    case good = "32"
    case waiting = "33"
    case busy = "36"

    init(_ status: TickerStatus) {
        switch status {
        case .succeeded: self = .good
        case .failed: self = .bad
        case .running: self = .busy
        case .retrying, .pending: self = .waiting
        case .waiting, .scheduled, .cancelled, .skipped: self = .faint
        }
    }
}

/// A line of pieces, each in a style of its own.
struct Line: Sendable, Hashable {
    struct Span: Sendable, Hashable {
        var text: String
        var style: Style?
    }

    var spans: [Span] = []

    init() {}

    init(_ text: String, _ style: Style? = nil) { add(text, style) }

    /// Adds a piece; what could steer a terminal is taken out.
    mutating func add(_ text: String, _ style: Style? = nil) {
        spans.append(Span(text: text.printable, style: style))
    }

    /// The same without styles.
    var text: String { spans.map(\.text).joined() }

    var width: Int { spans.reduce(0) { $0 + $1.text.columns } }

    /// The same with an ellipsis at the end where it had to be cut to `columns`.
    func cut(to columns: Int) -> Line {
        guard width > columns else { return self }
        var line = Line()
        var room = columns - 1
        for span in spans {
            let part = span.text.prefix(columns: room)
            line.spans.append(Span(text: part, style: span.style))
            guard part.count == span.text.count else { break }
            room -= part.columns
        }
        line.spans.append(Span(text: "…", style: nil))
        return line
    }
}

extension String {
    /// The same in one line, without what could steer a terminal.
    var printable: String {
        // Control characters, and those that turn the direction of what follows.
        let isPlain = unicodeScalars.allSatisfy { !$0.steers }
        return isPlain ? self : String(String.UnicodeScalarView(unicodeScalars.map { $0.steers ? "·" : $0 }))
    }

    /// The columns of a terminal that it takes.
    var columns: Int { utf8.count == count ? count : reduce(0) { $0 + $1.columns } }

    /// The longest beginning that takes no more columns.
    func prefix(columns: Int) -> String {
        var room = columns
        return String(
            prefix { character in
                room -= character.columns
                return room >= 0
            }
        )
    }

    /// Filled with spaces on the right.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - columns)) }

    /// Filled with spaces on the left.
    func paddedLeft(to width: Int) -> String { String(repeating: " ", count: max(0, width - columns)) + self }
}

extension Character {
    /// Two for those of East Asia and for pictures, one for the others.
    fileprivate var columns: Int {
        guard let scalar = unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
            0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f900...0x1f9ff, 0x20000...0x3fffd:
            return 2
        case _:
            return 1
        }
    }
}

extension Unicode.Scalar {
    fileprivate var steers: Bool {
        switch value {
        case 0..<0x20, 0x7f..<0xa0, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069: true
        case _: false
        }
    }
}
