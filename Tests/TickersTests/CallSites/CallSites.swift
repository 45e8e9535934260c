import Tickers

/// The call sites that the public face was designed from: compiled here, run by ``CallSitesTests``.
///
/// The marked regions are quoted by the documentation, so they are written to be read without their surroundings.
enum CallSites {
    struct Order: Codable, Sendable, Hashable {
        var number: Int
        var ships = true
    }

    struct Receipt: Codable, Sendable, Hashable {
        var order: Int
    }

    struct User: Codable, Sendable, Hashable {
        var name: String
    }

    struct Image: Codable, Sendable, Hashable {
        var pixels: Int

        func resizedSlowly() -> Image { Image(pixels: (0..<pixels).count { $0.isMultiple(of: 4) }) }
    }

    struct CardDeclined: Error, CustomStringConvertible {
        var description: String { "card declined" }
    }

    /// Refuses orders with negative numbers.
    struct Bank: Sendable {
        func charge(_ order: Order) async throws -> Receipt {
            guard order.number >= 0 else { throw CardDeclined() }
            return Receipt(order: order.number)
        }
    }

    // snippet: declare-functions
    enum Orders {  // declared once, known to caller and worker
        static let validate = TickerFunction<Order, Order>("ValidateOrder")
        static let charge = TickerFunction<Order, Receipt>(
            "ProcessPayment",
            options: TickerOptions(retry: .exponential(maxAttempts: 5, first: .seconds(1)), timeout: .seconds(30))
        )
        static let mail = TickerFunction<Receipt, Void>("SendReceipt")
        static let alarm = TickerFunction<TickerFailure, Void>("NotifyPaymentFailure")
        static let sweep = TickerFunction<Void, Void>("Sweep")
    }
    // end snippet

    enum Shop {
        static let process = TickerFunction<Order, Receipt>(
            "ProcessOrder",
            options: TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(5)), tags: ["shop"])
        )
        static let receipt = TickerFunction<Order, Receipt>("MakeReceipt")
        static let alert = TickerFunction<Order, Void>("AlertAboutOrder")
        static let close = TickerFunction<Order, Void>("CloseOrder")
        static let stock = TickerFunction<Order, Int>("CountStock")
        static let audit = TickerFunction<Order, Void>("AuditOrder")
        static let ship = TickerFunction<Order, Void>("ShipOrder")
        static let log = TickerFunction<Order, Void>("LogOrder")
    }

    enum Mail {
        static let followUp = TickerFunction<User, Void>("FollowUp")
    }

    enum Articles {
        static let publish = TickerFunction<String, Void>("PublishArticle")
    }

    enum Images {
        static let resize = TickerFunction<Image, Image>("ResizeImage")
    }

    static func registerOrders(in functions: inout FunctionRegistry, bank: Bank, journal: Journal) {
        // snippet: register
        functions.register(Orders.validate) { order, context in order }
        functions.register(Orders.charge, maxConcurrent: 4) { order, context in
            try await bank.charge(order)
        }
        functions.register(Orders.mail) { receipt, context in
            journal.note("mailed \(receipt.order)")
        }
        functions.register(Orders.alarm) { failure, context in
            journal.note("\(failure.function): \(failure.message)")
        }
        functions.register(Orders.sweep) { context in  // no input: no first argument
            journal.note("swept")
        }
        functions.registerBlocking(Images.resize) { image, context in  // on a thread of its own
            image.resizedSlowly()
        }
        // end snippet
    }

    static func registerProcess(in functions: inout FunctionRegistry, bank: Bank, journal: Journal) {
        // snippet: inside-a-handler
        functions.register(Shop.process) { order, context in
            journal.note("\(context.tags) attempt \(context.attempt) of \(context.maxAttempts)")
            let receipt = try await bank.charge(order)
            try await context.report(progress: 0.4, "charged")
            if order.ships {  // waits for this one to succeed, then five minutes more
                try await context.schedule(Shop.ship, order, when: .onSuccess, due: .after(.seconds(300)))
            }
            try await context.schedule(Shop.log, order, when: .inProgress)  // starts now, beside this one
            if context.attempt == 1 {
                throw TickerSignal.retry(after: .seconds(30))  // .snooze(d): no attempt used; .discard(why): no retry
            }
            return receipt
        }
        // end snippet
    }

    static func registerShop(in functions: inout FunctionRegistry, journal: Journal) {
        functions.register(Shop.receipt) { order, _ in Receipt(order: order.number) }
        functions.register(Shop.stock) { order, _ in
            guard order.ships else { throw TickerSignal.discard("nothing in stock") }
            return 7
        }
        for function in [Shop.alert, Shop.close, Shop.audit, Shop.ship, Shop.log] {
            functions.register(function) { order, context in
                journal.note("\(context.function) \(order.number) at \(context.scheduledFor)")
            }
        }
        functions.register(Mail.followUp) { user, _ in journal.note("wrote to \(user.name)") }
        functions.register(Articles.publish) { title, _ in journal.note("published \(title)") }
    }

    static func allFunctions(journal: Journal) -> FunctionRegistry {
        var functions = FunctionRegistry()
        registerOrders(in: &functions, bank: Bank(), journal: journal)
        registerProcess(in: &functions, bank: Bank(), journal: journal)
        registerShop(in: &functions, journal: journal)
        return functions
    }
}
