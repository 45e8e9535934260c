import Tickers

/// Holds what the scheduler says against what the services have in their books.
struct Audit {
    let result: JobResult

    /// What does not add up; empty when all does.
    func problems() async -> [String] {
        var found = await stockProblems()
        let counted = Outcome.allCases.reduce(0) { sum, outcome in sum + result.runs.count { $0.outcome == outcome } }
        compare("orders in the table", counted, "orders in the file", result.ordered, &found)
        // An interrupted run stops between a service's act and the record of it.
        guard !result.isInterrupted else { return found }
        let shop = result.shop
        compare("open orders", result.runs.count { $0.outcome == .unfinished }, "none", 0, &found)
        let charged = result.runs.reduce(0) { $0 + ($1.succeeded(Orders.charge) ? $1.order.total : 0) }
        compare("cents in the gateway", await shop.gateway.balance, "cents in receipts", charged, &found)
        let parcels = result.runs.count { $0.succeeded(Orders.notifyWarehouse) }
        compare("parcels", await shop.warehouse.parcels.count, "warehouse notices", parcels, &found)
        let sent = await shop.mailer.sent
        let confirmed = result.runs.count { $0.succeeded(Orders.confirm) }
        compare("confirmations sent", sent[.confirmation]?.count ?? 0, "confirmed orders", confirmed, &found)
        let apologised = result.runs.count { $0.succeeded(Orders.apologise) }
        compare("apologies sent", sent[.apology]?.count ?? 0, "apologies recorded", apologised, &found)
        let cases = result.runs.count { $0.failed(Orders.validate) || $0.failed(Orders.reserve) }
        compare("cases on the desk", await shop.desk.cases.count, "orders not taken", cases, &found)
        return found
    }

    private func stockProblems() async -> [String] {
        let warehouse = result.shop.warehouse
        let (shelf, setAside, sold) = await (warehouse.shelf, warehouse.setAside, warehouse.sold)
        let booked = pieces { $0.succeeded(Orders.bookInventory) }
        let kept = pieces {
            $0.succeeded(Orders.reserve) && !$0.succeeded(Orders.bookInventory) && !$0.succeeded(Orders.releaseStock)
        }
        var found: [String] = []
        for sku in Catalogue.names.keys.sorted() {
            let there = shelf[sku, default: 0] + setAside[sku, default: 0] + sold[sku, default: 0]
            compare("\(sku) on shelf, set aside and sold", there, "opening stock", warehouse.openingStock, &found)
            guard !result.isInterrupted else { continue }
            compare("\(sku) sold", sold[sku, default: 0], "booked by orders", booked[sku, default: 0], &found)
            compare("\(sku) set aside", setAside[sku, default: 0], "kept for orders", kept[sku, default: 0], &found)
        }
        return found
    }

    private func pieces(of isCounted: (OrderRun) -> Bool) -> [String: Int] {
        result.runs.filter(isCounted).flatMap(\.order.items).reduce(into: [:]) { sum, item in
            sum[item.sku, default: 0] += item.quantity
        }
    }

    private func compare(_ left: String, _ one: Int, _ right: String, _ other: Int, _ found: inout [String]) {
        if one != other { found.append("\(left): \(one); \(right): \(other)") }
    }
}
