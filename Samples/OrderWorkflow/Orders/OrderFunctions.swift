import Tickers

/// The steps of an order: what each takes and gives, and how patient we are with it.
enum Orders {
    static let validate = TickerFunction<Order, Order>("ValidateOrder")

    static let reserve = TickerFunction<Order, Reservation>("ReserveStock")

    static let charge = TickerFunction<Reservation, Receipt>(
        "ChargeCard",
        options: TickerOptions(
            queue: "payments",
            priority: .high,
            retry: .exponential(maxAttempts: 4, first: .milliseconds(80), cap: .milliseconds(400)),
            timeout: .milliseconds(300)
        )
    )

    static let confirm = TickerFunction<Receipt, Void>(
        "SendConfirmation",
        options: TickerOptions(queue: "mail", retry: .fixed(maxAttempts: 2, every: .milliseconds(60)))
    )

    static let notifyWarehouse = TickerFunction<Order, Void>("NotifyWarehouse")

    static let invoice = TickerFunction<Receipt, Invoice>(
        "RenderInvoice",
        options: TickerOptions(
            queue: "documents",
            priority: .low,
            retry: .fixed(maxAttempts: 2, every: .milliseconds(40))
        )
    )

    static let bookInventory = TickerFunction<Receipt, Void>("BookInventory")

    // When something goes wrong.

    static let openCase = TickerFunction<TickerFailure, Void>("OpenCase")

    static let voidCharge = TickerFunction<Order, Void>(
        "VoidCharge",
        options: TickerOptions(queue: "payments", priority: .high)
    )

    static let releaseStock = TickerFunction<Order, Void>("ReleaseStock")

    static let apologise = TickerFunction<Order, Void>(
        "ApologiseByMail",
        options: TickerOptions(queue: "mail", retry: .fixed(maxAttempts: 3, every: .milliseconds(60)))
    )
}
