import Tickers

/// Too little is left.
struct OutOfStock: Error, CustomStringConvertible {
    let sku: String
    var description: String { "\(sku) is out of stock" }
}

/// Shelves, what is set aside, and what has been sold. Every call may be repeated: the second one changes nothing.
actor Warehouse {
    /// Pieces of each article when the shop opens.
    let openingStock: Int
    private let latency: Latency
    private(set) var shelf: [String: Int]
    private var reserved: [String: [Order.Item?]] = [:]
    private(set) var sold: [String: Int] = [:]
    private(set) var parcels: Set<String> = []

    init(latency: Latency, openingStock: Int = 1_000_000) {
        self.latency = latency
        self.openingStock = openingStock
        shelf = Catalogue.names.mapValues { _ in openingStock }
    }

    /// Pieces of each article that are set aside.
    var setAside: [String: Int] {
        reserved.values.joined().reduce(into: [:]) { sum, item in
            if let item { sum[item.sku, default: 0] += item.quantity }
        }
    }

    /// Sets all of an order's goods aside, or none.
    func reserve(_ order: Order, on clock: any TickerClock) async throws {
        try await latency.pass(.milliseconds(5), for: order, on: clock)
        guard reserved[order.id] == nil else { return }
        var left = shelf
        for item in order.items {
            left[item.sku, default: 0] -= item.quantity
            guard left[item.sku, default: 0] >= 0 else { throw OutOfStock(sku: item.sku) }
        }
        shelf = left
        reserved[order.id] = order.items
    }

    /// Puts what is still set aside for an order back on the shelf.
    func release(_ order: Order, on clock: any TickerClock) async throws {
        try await latency.pass(.milliseconds(5), for: order, on: clock)
        for case let item? in reserved.removeValue(forKey: order.id) ?? [] {
            shelf[item.sku, default: 0] += item.quantity
        }
    }

    /// Turns one item that is set aside into one that is sold.
    func book(_ item: Order.Item, at index: Int, of order: Order, on clock: any TickerClock) async throws {
        try await latency.pass(.milliseconds(4), for: order, on: clock)
        guard reserved[order.id]?[index] != nil else { return }
        reserved[order.id]?[index] = nil
        sold[item.sku, default: 0] += item.quantity
    }

    /// Has the order packed and sent.
    func requestParcel(for order: Order, on clock: any TickerClock) async throws {
        try await latency.pass(.milliseconds(10), for: order, on: clock)
        parcels.insert(order.id)
    }
}
