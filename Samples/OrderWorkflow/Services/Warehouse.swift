import Tickers

/// Too little is left.
struct OutOfStock: Error, CustomStringConvertible {
    let sku: String
    var description: String { "\(sku) is out of stock" }
}

/// Shelves, what is set aside, and what has been sold. Every call may be repeated: the second one changes nothing.
actor Warehouse {
    /// Pieces of each article when the shop opens.
    static let openingStock = 1_000_000

    private struct Stock: Recorded {
        var shelf = Catalogue.names.mapValues { _ in Warehouse.openingStock }
        var reserved: [String: [Order.Item?]] = [:]
        var sold: [String: Int] = [:]
        var parcels: Set<String> = []

        mutating func happened(_ entry: Books.Entry) {
            switch entry.act {
            case .reserved: setAside(entry.items ?? [], for: entry.subject)
            case .released: putBack(entry.subject)
            case .booked: book(entry.number ?? 0, of: entry.subject)
            case .parcelSent: parcels.insert(entry.subject)
            case .opened, .chargeTried, .charged, .voided: break
            case .mailTried, .confirmed, .apologised, .caseOpened: break
            }
        }

        private mutating func setAside(_ items: [Order.Item], for order: String) {
            for item in items { shelf[item.sku, default: 0] -= item.quantity }
            reserved[order] = items
        }

        private mutating func putBack(_ order: String) {
            for case let item? in reserved.removeValue(forKey: order) ?? [] {
                shelf[item.sku, default: 0] += item.quantity
            }
        }

        private mutating func book(_ index: Int, of order: String) {
            guard let items = reserved[order], items.indices.contains(index), let item = items[index] else { return }
            reserved[order]?[index] = nil
            sold[item.sku, default: 0] += item.quantity
        }
    }

    private let latency: Latency
    private var account: Account<Stock>

    init(latency: Latency, books: Books) {
        self.latency = latency
        account = Account(books)
    }

    /// Pieces of each article on the shelf.
    var shelf: [String: Int] { account.state.shelf }
    /// Pieces of each article that are sold.
    var sold: [String: Int] { account.state.sold }
    /// How many orders have been packed and sent.
    var parcels: Int { account.state.parcels.count }

    /// Pieces of each article that are set aside.
    var setAside: [String: Int] {
        account.state.reserved.values.joined().reduce(into: [:]) { sum, item in
            if let item { sum[item.sku, default: 0] += item.quantity }
        }
    }

    /// Sets all of an order's goods aside, or none.
    func reserve(_ order: Order, on clock: any TickerClock) async throws {
        try await latency.pass(.milliseconds(5), for: order, on: clock)
        guard account.state.reserved[order.id] == nil else { return }
        var left = account.state.shelf
        for item in order.items {
            left[item.sku, default: 0] -= item.quantity
            guard left[item.sku, default: 0] >= 0 else { throw OutOfStock(sku: item.sku) }
        }
        try account.enter(Books.Entry(act: .reserved, subject: order.id, items: order.items))
    }

    /// Puts what is still set aside for an order back on the shelf.
    func release(_ order: Order, on clock: any TickerClock) async throws {
        try await latency.pass(.milliseconds(5), for: order, on: clock)
        guard account.state.reserved[order.id] != nil else { return }
        try account.enter(Books.Entry(act: .released, subject: order.id))
    }

    /// Turns one item that is set aside into one that is sold.
    func book(_ item: Order.Item, at index: Int, of order: Order, on clock: any TickerClock) async throws {
        try await latency.pass(.milliseconds(4), for: order, on: clock)
        guard account.state.reserved[order.id]?[index] != nil else { return }
        try account.enter(Books.Entry(act: .booked, subject: order.id, number: index))
    }

    /// Has the order packed and sent.
    func requestParcel(for order: Order, on clock: any TickerClock) async throws {
        try await latency.pass(.milliseconds(10), for: order, on: clock)
        guard !account.state.parcels.contains(order.id) else { return }
        try account.enter(Books.Entry(act: .parcelSent, subject: order.id))
    }
}
