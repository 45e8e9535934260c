import Tickers

/// Holds what the scheduler says against what the services have in their books.
struct Audit {
    let result: JobResult

    /// Orders of which the scheduler knows every act of a service.
    private let certain: [OrderRun]
    /// Orders with a step that was given up because the program ended each time it ran: nobody knows how far it came.
    private let doubtful: [OrderRun]

    init(result: JobResult) {
        self.result = result
        certain = result.runs.filter { !$0.hasCrashed }
        doubtful = result.runs.filter(\.hasCrashed)
    }

    /// A figure in the books, and what it has to be.
    private struct Comparison {
        let name: String
        let figure: Int
        let other: String
        let expected: ClosedRange<Int>

        init(_ name: String, _ figure: Int, _ other: String, _ expected: Int, doubtful: Int = 0) {
            (self.name, self.figure, self.other) = (name, figure, other)
            self.expected = expected...expected + doubtful
        }

        var problem: String? {
            guard !expected.contains(figure) else { return nil }
            let (least, most) = (expected.lowerBound, expected.upperBound)
            return "\(name): \(figure); \(other): \(least)" + (least == most ? "" : " to \(most)")
        }
    }

    /// What does not add up; empty when all does.
    func problems() async -> [String] {
        var comparisons = [
            Comparison("orders in the table", result.runs.count, "orders in the file", result.ordered),
            Comparison("runs of steps that had succeeded before", result.repeated, "none", 0),
        ]
        comparisons += await stock()
        // An interrupted run stops between a service's act and the record of it.
        if !result.isInterrupted { comparisons += await services() }
        return comparisons.compactMap(\.problem)
    }

    private func services() async -> [Comparison] {
        let shop = result.shop
        let open = result.runs.count { $0.outcome == .unfinished }
        let charged = certain.reduce(0) { $0 + ($1.succeeded(Orders.charge) ? $1.order.total : 0) }
        let inDoubt = doubtful.reduce(0) { $0 + max(0, $1.order.total) }
        return [
            Comparison("open orders", open, "none", 0),
            Comparison("cents taken", await shop.gateway.balance, "cents in receipts", charged, doubtful: inDoubt),
            compare("parcels", await shop.warehouse.parcels, "warehouse notices") {
                $0.succeeded(Orders.notifyWarehouse)
            },
            compare("confirmations sent", await shop.mailer.sent(.confirmation), "confirmed orders") {
                $0.succeeded(Orders.confirm)
            },
            compare("apologies sent", await shop.mailer.sent(.apology), "apologies recorded") {
                $0.succeeded(Orders.apologise)
            },
            compare("cases on the desk", await shop.desk.cases, "orders not taken") {
                $0.failed(Orders.validate) || $0.failed(Orders.reserve)
            },
        ]
    }

    /// Holds a figure against the number of orders that have a mark.
    private func compare(
        _ name: String,
        _ figure: Int,
        _ other: String,
        _ hasMark: (OrderRun) -> Bool
    ) -> Comparison {
        Comparison(name, figure, other, certain.count(where: hasMark), doubtful: doubtful.count)
    }

    private func stock() async -> [Comparison] {
        let warehouse = result.shop.warehouse
        let (shelf, setAside, sold) = await (warehouse.shelf, warehouse.setAside, warehouse.sold)
        let booked = pieces(of: certain) { $0.succeeded(Orders.bookInventory) }
        let kept = pieces(of: certain) {
            $0.succeeded(Orders.reserve) && !$0.succeeded(Orders.bookInventory) && !$0.succeeded(Orders.releaseStock)
        }
        let inDoubt = pieces(of: doubtful) { _ in true }
        return Catalogue.names.keys.sorted().flatMap { sku in
            let (left, aside, gone) = (shelf[sku, default: 0], setAside[sku, default: 0], sold[sku, default: 0])
            let all = Comparison("all pieces of \(sku)", left + aside + gone, "opening stock", Warehouse.openingStock)
            guard !result.isInterrupted else { return [all] }
            let doubt = inDoubt[sku, default: 0]
            let (ordered, waiting) = (booked[sku, default: 0], kept[sku, default: 0])
            return [
                all,
                Comparison("\(sku) sold", gone, "booked by orders", ordered, doubtful: doubt),
                Comparison("\(sku) set aside", aside, "kept for orders", waiting, doubtful: doubt),
            ]
        }
    }

    private func pieces(of runs: [OrderRun], where isCounted: (OrderRun) -> Bool) -> [String: Int] {
        runs.filter(isCounted).flatMap(\.order.items).reduce(into: [:]) { sum, item in
            sum[item.sku, default: 0] += max(0, item.quantity)
        }
    }
}
