/// Rows of cells in columns that are as wide as their widest cell, with two spaces between.
struct Table: Sendable {
    struct Cell: Sendable {
        var text: String
        var style: Style?

        init(_ text: String, _ style: Style? = nil) {
            self.text = text.printable
            self.style = style
        }

        /// A number, or a dot for none.
        static func count(_ number: Int) -> Cell { number == 0 ? Cell("·", .faint) : Cell(number.grouped) }
    }

    private let heads: [String]
    private let onTheRight: Set<Int>
    private var rows: [[Cell]] = []

    /// - Parameters:
    ///   - heads: What stands above the columns.
    ///   - onTheRight: The columns whose cells end below one another, as numbers do.
    init(_ heads: [String], onTheRight: Set<Int> = []) {
        (self.heads, self.onTheRight) = (heads, onTheRight)
    }

    mutating func add(_ row: [Cell]) {
        precondition(row.count == heads.count, "a row of \(row.count) cells below \(heads.count) heads")
        rows.append(row)
    }

    /// The heads and the rows; nothing without rows. O(cells).
    var lines: [Line] {
        guard !rows.isEmpty else { return [] }
        let head = heads.map { Cell($0, .strong) }
        let widths = heads.indices.map { column in ([head] + rows).map { $0[column].text.columns }.max() ?? 0 }
        return ([head] + rows).map { line(of: $0, widths) }
    }

    private func line(of row: [Cell], _ widths: [Int]) -> Line {
        var line = Line()
        for (column, cell) in row.enumerated() {
            let isRight = onTheRight.contains(column)
            line.add(isRight ? cell.text.paddedLeft(to: widths[column]) : cell.text, cell.style)
            guard row[(column + 1)...].contains(where: { !$0.text.isEmpty }) else { break }
            let filler = isRight ? 0 : widths[column] - cell.text.columns
            line.add(String(repeating: " ", count: filler + 2))
        }
        return line
    }
}

extension Int {
    /// With a comma between thousands.
    var grouped: String {
        let digits = Array(String(magnitude))
        var text = self < 0 ? "-" : ""
        for (position, digit) in digits.enumerated() {
            if position > 0, (digits.count - position).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// So many tickers, in words.
    var tickers: String { "\(grouped) ticker\(self == 1 ? "" : "s")" }
}
