import Tickers

struct Order: Codable {
    var id: String
    var address: String?
    var isPaid = true
}

struct Shipment: Codable {
    var order: String
    var address: String
}

/// What follows an order is decided while it is processed, by what is in it.
enum Orders {
    static let process = TickerFunction<Order, Void>("ProcessOrder")
    static let ship = TickerFunction<Shipment, Void>("CreateShipment")
    static let sendLink = TickerFunction<String, Void>("SendDownloadLink")

    /// Five minutes in a shop in which customers change their minds.
    static let timeToCancel = Duration.milliseconds(200)

    static func functions() -> FunctionRegistry {
        var functions = FunctionRegistry()
        // snippet: conditional-workflow
        functions.register(process) { order, context in
            if let address = order.address {
                // Not before this handler has succeeded, and not before the time to cancel is over.
                let shipment = Shipment(order: order.id, address: address)
                try await context.schedule(ship, shipment, when: .onSuccess, due: .after(timeToCancel))
            } else {
                try await context.schedule(sendLink, order.id)
            }
            try await pay(order, context)
        }
        // end snippet
        functions.register(ship) { shipment, context in
            try await context.report(progress: 1, "\(shipment.order) goes to \(shipment.address)")
        }
        functions.register(sendLink) { order, context in
            try await context.report(progress: 1, "\(order) can be downloaded")
        }
        return functions
    }

    private static func pay(_ order: Order, _ context: TickerContext) async throws {
        try await context.clock.sleep(for: .milliseconds(20))
        guard order.isPaid else { throw NotPaid(order: order.id) }
        try await context.report(progress: 1, "\(order.id) is paid")
    }
}

struct NotPaid: Error, CustomStringConvertible {
    let order: String
    var description: String { "\(order) is not paid" }
}
