import Tickers

extension Workflow {
    /// From an order to a parcel.
    static func fulfilment(of order: Order) -> Workflow {
        // snippet: order-fulfilment
        Workflow.begin(with: Orders.validate, order)
            .onFailure(Orders.openCase)
            .then(Orders.reserve)
            .onFailure(Orders.openCase)
            .then(Orders.charge)
            .onFailure(Orders.voidCharge, order) { charge in
                charge.then(Orders.releaseStock, order).then(Orders.apologise, order)
            }
            .child(Orders.confirm) { mail in
                mail.onCompletion(Orders.notifyWarehouse, order)
            }
            .child(Orders.invoice)
            .child(Orders.bookInventory)
            .build(name: order.id)
        // end snippet
    }
}
