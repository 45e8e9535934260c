import Foundation

/// Where the program writes: a terminal, which can take colours and rewrite its last line, or a pipe, which cannot.
struct Screen: Sendable {
    enum Style: String, Sendable {
        case good = "32"
        case bad = "31"
        case busy = "36"
        case faint = "2"
        case strong = "1"
    }

    let isTerminal: Bool
    let hasColours: Bool
    /// Characters in a line.
    let width: Int

    /// The standard output as it is.
    init() {
        isTerminal = isatty(STDOUT_FILENO) == 1
        let environment = ProcessInfo.processInfo.environment
        hasColours = isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
        width = isTerminal ? Self.terminalWidth : 80
    }

    private static var terminalWidth: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    func line(_ text: String = "") { write(text + "\n") }

    /// A heading with an empty line before it.
    func heading(_ text: String) { line("\n" + styled(text, .strong)) }

    /// Replaces the last line on a terminal; nothing may have been written after it.
    func rewrite(_ text: String) { write("\r\u{1b}[K" + text) }

    func styled(_ text: String, _ style: Style) -> String {
        hasColours ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
    }

    private func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

    /// Says what went wrong, on the standard error.
    static func complain(_ text: String) { FileHandle.standardError.write(Data((text.printable + "\n").utf8)) }
}

extension String {
    /// The same without what could steer a terminal.
    var printable: String {
        String(map { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f } || $0 == "\n" ? $0 : "·" })
    }

    /// Cut at `width` characters.
    func cut(to width: Int) -> String { count <= width ? self : prefix(max(0, width - 1)) + "…" }

    /// Cut or filled with spaces on the right.
    func left(_ width: Int) -> String {
        let text = cut(to: width)
        return text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Filled with spaces on the left.
    func right(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}

extension Duration {
    /// Seconds or milliseconds for people.
    var short: String {
        let milliseconds = Int(self / .milliseconds(1))
        guard milliseconds >= 1_000 else { return "\(milliseconds) ms" }
        let tenths = (milliseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
