import Foundation

/// Nobody reads what is written any more.
struct ClosedPipe: Error {}

/// Where a command writes: a terminal, which has a size and perhaps colours, or something else, which has neither.
package struct Screen: Sendable {
    /// The size of the terminal in characters; `nil` where there is none, and nothing is cut.
    package struct Size: Sendable, Hashable {
        package var columns: Int
        package var rows: Int

        package init(columns: Int, rows: Int) {
            (self.columns, self.rows) = (columns, rows)
        }
    }

    let size: @Sendable () -> Size?
    let hasColours: Bool
    /// Takes text and says whether anybody reads it.
    let write: @Sendable (String) -> Bool
    /// Takes a line for the standard error.
    let complain: @Sendable (String) -> Void

    package init(
        size: @escaping @Sendable () -> Size?,
        hasColours: Bool,
        write: @escaping @Sendable (String) -> Bool,
        complain: @escaping @Sendable (String) -> Void
    ) {
        (self.size, self.hasColours, self.write, self.complain) = (size, hasColours, write, complain)
    }

    /// The standard output and the standard error of this process.
    package static func standard(environment: [String: String]) -> Screen {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let wantsColours = environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
        return Screen(
            size: { isTerminal ? terminalSize : nil },
            hasColours: isTerminal && wantsColours,
            write: { write($0, to: STDOUT_FILENO) },
            complain: { text in
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
                _ = write(lines.joined(separator: "\n") + "\n", to: STDERR_FILENO)
            }
        )
    }

    private static var terminalSize: Size {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return Size(columns: 80, rows: 24)
        }
        return Size(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }

    /// Writes all of it, or as much as somebody reads.
    private static func write(_ text: String, to file: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Foundation.write(file, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return true
        }
    }
}

extension Screen {
    func put(_ text: String) throws {
        guard write(text) else { throw ClosedPipe() }
    }

    func put(_ lines: [Line]) throws {
        let columns = size()?.columns
        try put(lines.map { drawn($0, columns) + "\n" }.joined())
    }

    /// Draws over what the terminal shows, as many lines as it has room for; elsewhere writes an empty line between.
    func redraw(_ lines: [Line]) throws {
        guard let size = size() else { return try put(lines + [Line()]) }
        let fitting = lines.prefix(max(1, size.rows - 1)).map { drawn($0, size.columns) + "\u{1b}[K\n" }
        // Home, the lines, and nothing below them: without clearing first it does not flicker.
        try put("\u{1b}[H" + fitting.joined() + "\u{1b}[J")
    }

    private func drawn(_ line: Line, _ columns: Int?) -> String {
        let spans = columns.map { line.cut(to: $0).spans } ?? line.spans
        return spans.map { span in
            guard hasColours, let style = span.style, !span.text.isEmpty else { return span.text }
            return "\u{1b}[\(style.rawValue)m\(span.text)\u{1b}[0m"
        }.joined()
    }
}
