import Tickers

extension FunctionRegistry {
    /// The handlers of all steps, over one set of services.
    static func orders(_ shop: Shop, gatewayConnections: Int) -> FunctionRegistry {
        var functions = FunctionRegistry()
        functions.registerPurchase(shop, gatewayConnections: gatewayConnections)
        functions.registerDelivery(shop)
        functions.registerRecovery(shop)
        return functions
    }

    private mutating func registerPurchase(_ shop: Shop, gatewayConnections: Int) {
        register(Orders.validate) { order, _ in
            try order.check()
            return order
        }
        register(Orders.reserve) { order, context in
            try await shop.warehouse.reserve(order, on: context.clock)
            return Reservation(order: order, total: order.total)
        }
        register(Orders.charge, maxConcurrent: gatewayConnections) { reservation, context in
            let (order, total) = (reservation.order, reservation.total)
            do {
                let transaction = try await shop.gateway.charge(order, total, on: context.clock)
                return Receipt(order: order, transaction: transaction, total: total)
            } catch let declined as CardDeclined {
                throw TickerSignal.discard(declined.reason)
            }
        }
    }

    private mutating func registerDelivery(_ shop: Shop) {
        register(Orders.confirm) { receipt, context in
            try await shop.mailer.send(.confirmation, to: receipt.order, on: context.clock)
        }
        register(Orders.notifyWarehouse) { order, context in
            try await shop.warehouse.requestParcel(for: order, on: context.clock)
        }
        registerBlocking(Orders.invoice, maxConcurrent: 2) { receipt, context in
            try InvoicePrinter.render(receipt, attempt: context.attempt, isCancelled: { context.isCancelled })
        }
        register(Orders.bookInventory) { receipt, context in
            let items = receipt.order.items
            for (index, item) in items.enumerated() {
                try await shop.warehouse.book(item, at: index, of: receipt.order, on: context.clock)
                let done = index + 1
                try await context.report(
                    progress: Double(done) / Double(items.count),
                    "\(done) of \(items.count) items"
                )
            }
        }
    }

    private mutating func registerRecovery(_ shop: Shop) {
        register(Orders.openCase) { failure, _ in try await shop.desk.open(failure) }
        register(Orders.voidCharge) { order, context in try await shop.gateway.void(order, on: context.clock) }
        register(Orders.releaseStock) { order, context in try await shop.warehouse.release(order, on: context.clock) }
        register(Orders.apologise) { order, context in
            try await shop.mailer.send(.apology, to: order, on: context.clock)
        }
    }
}
