import Tickers

/// The printer gave up.
struct PrinterJammed: Error, CustomStringConvertible {
    var description: String { "the renderer ran out of memory" }
}

/// Renders invoices the slow way: a page of drawing operators, and a seal that takes real computing.
enum InvoicePrinter {
    /// Rounds of mixing that a seal takes: some milliseconds.
    private static let rounds = 3_000_000

    static func render(_ receipt: Receipt, attempt: Int, isCancelled: () -> Bool) throws -> Invoice {
        if attempt <= receipt.order.conditions?.invoiceFails ?? 0 { throw PrinterJammed() }
        let document = page(receipt)
        var seal = SeededGenerator(seed: document.utf8.reduce(0) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 })
        var last: UInt64 = 0
        for round in 0..<rounds {
            if round.isMultiple(of: 100_000), isCancelled() { throw CancellationError() }
            last ^= seal.next()
        }
        return Invoice(bytes: document.utf8.count, seal: String(last, radix: 16))
    }

    private static func page(_ receipt: Receipt) -> String {
        var lines = ["BT /F1 12 Tf 72 770 Td 14 TL"]
        lines.append("(Invoice \(receipt.transaction) for \(receipt.order.customer)) Tj T*")
        for item in receipt.order.items {
            let name = Catalogue.names[item.sku] ?? item.sku
            lines.append("(\(item.quantity) x \(name): \(Money(cents: item.quantity * item.price))) Tj T*")
        }
        lines.append("(Total: \(Money(cents: receipt.total))) Tj ET")
        return lines.joined(separator: "\n")
    }
}
