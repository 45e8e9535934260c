/// An amount, in cents, as people read it.
struct Money: CustomStringConvertible {
    let cents: Int

    var description: String {
        let (whole, rest) = cents.magnitude.quotientAndRemainder(dividingBy: 100)
        return (cents < 0 ? "-" : "") + "\(Self.grouped(whole)).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// A number with a comma between thousands.
    static func grouped(_ number: some BinaryInteger) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (position, digit) in digits.enumerated() {
            if position > 0, (digits.count - position).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }
}
