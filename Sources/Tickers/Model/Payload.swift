package import Foundation

/// An input or output whose type only its function knows: a Swift value in memory, bytes where a store keeps bytes.
public struct Payload: Sendable {
    package enum Content: Sendable {
        case nothing
        case value(any PayloadBox)
        case encoded(Data)
    }

    package let content: Content

    package init(_ content: Content) {
        self.content = content
    }

    /// Of functions without input or output.
    package static let nothing = Payload(.nothing)
}

/// A value on the heap with its type forgotten.
package protocol PayloadBox: AnyObject, Sendable {
    func encoded() throws -> Data
    /// The value for people.
    var text: String { get }
}

private final class TypedBox<Value: Sendable>: PayloadBox {
    let value: Value
    let encode: @Sendable (Value) throws -> Data

    init(_ value: Value, encode: @escaping @Sendable (Value) throws -> Data) {
        self.value = value
        self.encode = encode
    }

    func encoded() throws -> Data { try encode(value) }

    /// Texts in quotation marks, so that an empty one is seen; everything else as it describes itself.
    var text: String {
        if let text = value as? String { text.debugDescription } else { String(describing: value) }
    }
}

/// How values of one type become payloads and come back. Made only for Codable types and for `Void`.
public struct PayloadCoder<Value: Sendable>: Sendable {
    private let encode: @Sendable (Value) throws -> Data
    private let decode: @Sendable (Data) throws -> Value
    private let void: Value?

    /// Wraps a value without encoding it. One allocation; none for `Void`.
    package func payload(_ value: Value) -> Payload {
        void != nil ? .nothing : Payload(.value(TypedBox(value, encode: encode)))
    }

    /// The value back, decoded if need be.
    ///
    /// - Throws: ``TickerError`` with code `undecodablePayload` when the payload holds another type.
    package func value(_ payload: Payload) throws -> Value {
        switch payload.content {
        case .nothing:
            if let void { return void }
            throw mismatch("nothing is stored")
        case .value(let box):
            if let typed = box as? TypedBox<Value> { return typed.value }
            throw mismatch("a value of another type is stored")
        case .encoded(let bytes):
            do {
                return try decode(bytes)
            } catch {
                throw mismatch("\(error)")
            }
        }
    }

    private func mismatch(_ why: String) -> TickerError {
        TickerError(.undecodablePayload, "A \(Value.self) was asked for, but \(why).")
    }
}

extension PayloadCoder where Value: Codable {
    package static var codable: PayloadCoder {
        PayloadCoder(
            encode: { try JSONEncoder().encode($0) },
            decode: { try JSONDecoder().decode(Value.self, from: $0) },
            void: nil
        )
    }
}

extension PayloadCoder where Value == Void {
    package static var void: PayloadCoder {
        PayloadCoder(encode: { _ in Data() }, decode: { _ in }, void: ())
    }
}

/// How payloads of one type become the payload of an array of them.
package struct PayloadCollector: Sendable {
    private let collect: @Sendable ([Payload]) throws -> Payload

    package init<Element: Codable & Sendable>(of type: Element.Type) {
        collect = { payloads in
            let element = PayloadCoder<Element>.codable
            return PayloadCoder<[Element]>.codable.payload(try payloads.map(element.value))
        }
    }

    /// For parts that are JSON already, whose type is not known here.
    package static let encoded = PayloadCollector()

    private init() {
        collect = { payloads in
            var bytes = Data("[".utf8)
            for (position, payload) in payloads.enumerated() {
                guard case .encoded(let part) = payload.content else { return .nothing }
                if position > 0 { bytes += Data(",".utf8) }
                bytes += part
            }
            bytes += Data("]".utf8)
            return Payload(.encoded(bytes))
        }
    }

    /// The array's payload; `nothing` when one of the parts is not of the type, which the reader then reports.
    package func callAsFunction(_ payloads: [Payload]) -> Payload {
        do { return try collect(payloads) } catch { return .nothing }
    }
}

/// Whether a store keeps Swift values or bytes.
public enum PayloadEncoding: Sendable, Hashable {
    /// Values stay values: nothing is encoded, nothing is measured.
    case never
    /// Values become JSON as they are stored, at most ``TickerLimits/payloadBytes`` each.
    case always
}

extension Payload {
    /// What it holds, for people: the value's description, or the stored bytes as text; `nil` when it holds nothing.
    package var text: String? {
        switch content {
        case .nothing: nil
        case .value(let box): box.text
        case .encoded(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }

    /// The payload as a store of this encoding keeps it.
    ///
    /// - Throws: ``TickerError`` with code `unencodablePayload` or `payloadTooLarge`.
    package func stored(_ encoding: PayloadEncoding) throws -> Payload {
        guard encoding == .always, case .value(let box) = content else { return self }
        let bytes: Data
        do {
            bytes = try box.encoded()
        } catch {
            throw TickerError(.unencodablePayload, "The value cannot be encoded: \(error)")
        }
        guard bytes.count <= TickerLimits.payloadBytes else {
            let sentence =
                "Encoded it has \(bytes.count) bytes, more than \(TickerLimits.payloadBytes); pass a reference."
            throw TickerError(.payloadTooLarge, sentence)
        }
        return Payload(.encoded(bytes))
    }
}
