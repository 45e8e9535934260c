import Tickers

struct Order: Codable {
    var id: String
    var cents: Int
    var address: String
    var email: String
}

struct Payment: Codable {
    var order: Order
    var reference: String
}

struct Parcel: Codable {
    var order: Order
    var tracking: String
}

/// From an order to the mail that says it is on its way. Each step takes what the one before it returned.
enum Pipeline {
    static let validate = TickerFunction<Order, Order>("ValidateOrder")
    static let charge = TickerFunction<Order, Payment>(
        "ChargePayment",
        options: TickerOptions(retry: .fixed(maxAttempts: 3, every: .milliseconds(20)))
    )
    static let ship = TickerFunction<Payment, Parcel>("ShipOrder")
    static let announce = TickerFunction<Parcel, Void>("SendShippingNotification")
    /// Somebody looks at the failed payment.
    static let openCase = TickerFunction<TickerFailure, Void>("OpenCase")
    /// Asked for later, when the order is long under way.
    static let invoice = TickerFunction<Order, Void>("GenerateInvoice")

    static func workflow(for order: Order) -> Workflow {
        // snippet: order-pipeline
        Workflow.begin(with: Pipeline.validate, order)
            .then(Pipeline.charge)  // takes validate's Order
            .onFailure(Pipeline.openCase)  // takes charge's TickerFailure; stays on charge
            .then(Pipeline.ship)  // takes charge's Payment
            .then(Pipeline.announce)  // takes ship's Parcel
            .build(name: order.id)
        // end snippet
    }

    static func functions(of shop: Shop) -> FunctionRegistry {
        var functions = FunctionRegistry()
        functions.register(validate) { order, _ in
            guard order.cents > 0, !order.address.isEmpty else { throw TickerSignal.discard("the order is incomplete") }
            return order
        }
        functions.register(charge) { order, _ in try await shop.charge(order) }
        functions.register(ship) { payment, _ in await shop.ship(payment.order) }
        functions.register(announce) { parcel, _ in
            await shop.write("mailed \(parcel.order.email): \(parcel.tracking) is on its way")
        }
        functions.register(openCase) { failure, _ in await shop.write("opened a case: \(failure.message)") }
        functions.register(invoice) { order, _ in await shop.write("made the invoice of \(order.id)") }
        return functions
    }
}

struct GatewayDown: Error, CustomStringConvertible {
    var description: String { "the gateway does not answer" }
}

/// What the steps work with, and the diary of what they did.
actor Shop {
    private(set) var diary: [String] = []
    private var gatewayFailures: Int
    private var refusedCards: Set<String>

    /// - Parameters:
    ///   - gatewayFailures: How many calls of the payment gateway fail.
    ///   - refusedCards: The orders whose cards are refused.
    init(gatewayFailures: Int = 0, refusedCards: Set<String> = []) {
        self.gatewayFailures = gatewayFailures
        self.refusedCards = refusedCards
    }

    func charge(_ order: Order) throws -> Payment {
        if gatewayFailures > 0 {
            gatewayFailures -= 1
            write("the gateway did not answer")
            throw GatewayDown()
        }
        // A refusal is final: another attempt with the same card is pointless.
        if refusedCards.contains(order.id) { throw TickerSignal.discard("the card of \(order.id) is refused") }
        write("charged \(order.cents) cents for \(order.id)")
        return Payment(order: order, reference: "pay-\(order.id)")
    }

    func ship(_ order: Order) -> Parcel {
        write("shipped \(order.id) to \(order.address)")
        return Parcel(order: order, tracking: "parcel-\(order.id)")
    }

    func acceptCard(of order: Order) {
        write("the customer gave another card")
        refusedCards.remove(order.id)
    }

    func write(_ line: String) { diary.append(line) }
}
