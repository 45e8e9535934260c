/// The identity of one ticker: 128 bits laid out as a time-ordered UUID (version 7, RFC 9562).
///
/// Ids made later sort after ids made earlier by the same store. The text form is the usual 36 characters.
public struct TickerID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible, LosslessStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The time-ordered half without the version: milliseconds and counter, in 60 bits. No two ids of one store share it.
    package var serial: Int64 { Int64(high >> 16) << 12 | Int64(high & 0xfff) }

    /// The id of this serial and random half.
    package init(serial: Int64, low: UInt64) {
        let bits = UInt64(bitPattern: serial)
        self.init(high: (bits >> 12 & 0xffff_ffff_ffff) << 16 | 0x7000 | bits & 0xfff, low: low)
    }

    /// Reads the 36-character text form; `nil` when the text is not one.
    public init?(_ description: String) {
        guard let bits = UUIDText.parse(description) else { return nil }
        self.init(high: bits.high, low: bits.low)
    }

    /// The lower-case 36-character text form.
    public var description: String { UUIDText.format(high: high, low: low) }

    /// Orders by creation time, then by the random bits.
    public static func < (left: TickerID, right: TickerID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    /// Hashes the random half, which alone tells ids of one store apart in practice.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(low)
    }

    /// Decodes the text form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = TickerID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text)\" is not a ticker id")
        }
        self = id
    }

    /// Encodes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// The identity of one workflow: that of its first ticker, in a type of its own.
public struct WorkflowID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible, LosslessStringConvertible {
    package let first: TickerID

    package init(first: TickerID) {
        self.first = first
    }

    /// Reads the 36-character text form; `nil` when the text is not one.
    public init?(_ description: String) {
        guard let id = TickerID(description) else { return nil }
        self.init(first: id)
    }

    /// The lower-case 36-character text form.
    public var description: String { first.description }

    /// Orders by creation time.
    public static func < (left: WorkflowID, right: WorkflowID) -> Bool { left.first < right.first }

    /// Decodes the text form.
    public init(from decoder: any Decoder) throws { self.init(first: try TickerID(from: decoder)) }

    /// Encodes the text form.
    public func encode(to encoder: any Encoder) throws { try first.encode(to: encoder) }
}

/// The 8-4-4-4-12 hexadecimal text form of 128 bits.
private enum UUIDText {
    private static let digits = Array("0123456789abcdef".utf8)
    private static let dashes: Set<Int> = [8, 13, 18, 23]

    static func format(high: UInt64, low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for index in 0..<32 {
                if dashes.contains(position) {
                    buffer[position] = UInt8(ascii: "-")
                    position += 1
                }
                let word = index < 16 ? high : low
                let nibble = Int(word >> UInt64(60 - (index % 16) * 4) & 0xf)
                buffer[position] = digits[nibble]
                position += 1
            }
            return 36
        }
    }

    static func parse(_ text: String) -> (high: UInt64, low: UInt64)? {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return nil }
        var words: (high: UInt64, low: UInt64) = (0, 0)
        for (position, byte) in bytes.enumerated() {
            if dashes.contains(position) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let nibble = Character(UnicodeScalar(byte)).hexDigitValue else { return nil }
            words.high = words.high << 4 | words.low >> 60
            words.low = words.low << 4 | UInt64(nibble)
        }
        return words
    }
}
