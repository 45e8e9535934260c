/// How figures stand in a table.
extension String {
    /// Filled up with spaces behind, or before for a negative width.
    func padded(to width: Int) -> String {
        let blanks = String(repeating: " ", count: max(0, abs(width) - count))
        return width < 0 ? blanks + self : self + blanks
    }
}

extension Int {
    /// With a comma before every three digits.
    var grouped: String {
        let digits = String(magnitude)
        var text = self < 0 ? "-" : ""
        for (position, digit) in digits.enumerated() {
            if position > 0, (digits.count - position) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }
}

extension Double {
    /// Rounded to so many places behind the point.
    func rounded(places: Int) -> Double {
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        return (self * scale).rounded() / scale
    }

    /// Whole and grouped from 1,000 on; below with one place, or none where nothing stands behind the point.
    var grouped: String {
        if magnitude >= 1_000 || self == rounded() { return Int(rounded()).grouped }
        return "\(rounded(places: 1))"
    }

    /// Like ``grouped``, with more places for small figures.
    var words: String { magnitude < 10 ? "\(rounded(places: 3))" : grouped }

    /// For JSON: up to four places.
    var number: String {
        self == rounded() ? "\(Int(self))" : "\(rounded(places: 4))"
    }
}

extension Duration {
    /// Microseconds and fractions of them.
    var inMicroseconds: Double {
        Double(components.seconds) * 1e6 + Double(components.attoseconds) / 1e12
    }

    /// Milliseconds and fractions of them.
    var inMilliseconds: Double { inMicroseconds / 1_000 }
}
