package import Foundation

/// An input or output whose type only its function knows: a Swift value in memory, bytes where a store keeps bytes.
///
/// One reference, so that handing it on costs one count.
public struct Payload: Sendable {
    package enum Content: Sendable {
        case nothing
        case value(any PayloadBox)
        case encoded(Data)
    }

    fileprivate let box: (any PayloadBox)?

    package init(_ content: Content) {
        switch content {
        case .nothing: box = nil
        case .value(let value): box = value
        case .encoded(let bytes): box = EncodedBox(bytes)
        }
    }

    package var content: Content {
        guard let box else { return .nothing }
        return box.bytes.map { .encoded($0) } ?? .value(box)
    }

    /// Of functions without input or output.
    package static let nothing = Payload(.nothing)
}

/// A value on the heap with its type forgotten.
package protocol PayloadBox: AnyObject, Sendable {
    func encoded() throws -> Data
    /// What it holds, if that is bytes already.
    var bytes: Data? { get }
    /// The value for people.
    var text: String { get }
}

/// Bytes as a store keeps them.
private final class EncodedBox: PayloadBox {
    private let data: Data

    init(_ data: Data) {
        self.data = data
    }

    func encoded() -> Data { data }
    var bytes: Data? { data }
    var text: String { String(decoding: data, as: UTF8.self) }
}

/// A value of a type that can be encoded.
private final class ValueBox<Value: Codable & Sendable>: PayloadBox {
    private let value: Value

    required init(_ value: Value) {
        self.value = value
    }

    /// Not inlined: here the object itself knows its type, which a caller would have to look up.
    @inline(never)
    func unboxed() -> Value { value }

    func encoded() throws -> Data { try JSONEncoder().encode(value) }
    var bytes: Data? { nil }

    /// Texts in quotation marks, so that an empty one is seen; everything else as it describes itself.
    var text: String {
        if let text = value as? String { text.debugDescription } else { String(describing: value) }
    }
}

/// How values of one type become payloads and come back. Made only for Codable types and for `Void`.
///
/// A class whose closures keep the type of its boxes: generic code that is not specialised, as in another module than the
/// caller's, would have to ask the runtime for each generic struct and for the box, several times per ticker.
public final class PayloadCoder<Value: Sendable>: Sendable {
    private let wrap: @Sendable (Value) -> Payload
    /// Whether a box holds a value of this type. Asked before it is unwrapped, because code that is not specialised would have
    /// to ask the runtime for the type of an optional value.
    private let holds: @Sendable (any PayloadBox) -> Bool
    /// The value in a box that holds one of this type.
    private let unwrap: @Sendable (any PayloadBox) -> Value
    private let decode: @Sendable (Data) throws -> Value
    /// The value of a payload that holds nothing; for `Void` alone.
    private let void: (@Sendable () -> Value)?

    fileprivate init(
        wrap: @escaping @Sendable (Value) -> Payload,
        holds: @escaping @Sendable (any PayloadBox) -> Bool,
        unwrap: @escaping @Sendable (any PayloadBox) -> Value,
        decode: @escaping @Sendable (Data) throws -> Value,
        void: (@Sendable () -> Value)? = nil
    ) {
        self.wrap = wrap
        self.holds = holds
        self.unwrap = unwrap
        self.decode = decode
        self.void = void
    }

    /// Wraps a value without encoding it. One allocation; none for `Void`.
    package func payload(_ value: Value) -> Payload { wrap(value) }

    /// The value back, decoded if need be.
    ///
    /// - Throws: ``TickerError`` with code `undecodablePayload` when the payload holds another type.
    package func value(_ payload: Payload) throws -> Value {
        guard let box = payload.box else {
            if let void { return void() }
            throw mismatch("nothing is stored")
        }
        if holds(box) { return unwrap(box) }
        guard let bytes = box.bytes else { throw mismatch("a value of another type is stored") }
        do {
            return try decode(bytes)
        } catch {
            throw mismatch("\(error)")
        }
    }

    private func mismatch(_ why: String) -> TickerError {
        TickerError(.undecodablePayload, "A \(Value.self) was asked for, but \(why).")
    }
}

extension PayloadCoder where Value: Codable {
    package static var codable: PayloadCoder {
        let box = ValueBox<Value>.self
        return PayloadCoder(
            wrap: { Payload(.value(box.init($0))) },
            holds: { type(of: $0) == box },
            unwrap: { unsafeDowncast($0, to: ValueBox<Value>.self).unboxed() },
            decode: { try JSONDecoder().decode(Value.self, from: $0) }
        )
    }
}

extension PayloadCoder where Value == Void {
    package static var void: PayloadCoder {
        PayloadCoder(wrap: { _ in .nothing }, holds: { _ in false }, unwrap: { _ in }, decode: { _ in }, void: {})
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
    package var text: String? { box?.text }

    /// The payload as a store of this encoding keeps it.
    ///
    /// - Throws: ``TickerError`` with code `unencodablePayload` or `payloadTooLarge`.
    package func stored(_ encoding: PayloadEncoding) throws -> Payload {
        guard encoding == .always, let box, box.bytes == nil else { return self }
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
