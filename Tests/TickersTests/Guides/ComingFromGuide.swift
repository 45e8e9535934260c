import Tickers

/// What the guide for those who come from another system shows: compiled here, run by ``ComingFromGuideTests``.
///
/// The marked regions are quoted by the guide, so they are written to be read without their surroundings.
enum ComingFromGuide {
    struct Order: Codable, Sendable, Hashable {
        var id: String
        var email = "ada@example.com"
    }

    enum Orders {
        static let validate = TickerFunction<Order, Order>("ValidateOrder")
        static let pay = TickerFunction<Order, Void>("ProcessPayment")
        static let confirm = TickerFunction<Order, Void>("SendConfirmation")
        static let process = TickerFunction<Order, Order>("ProcessOrder")
        static let receipt = TickerFunction<Order, Void>("SendReceipt")
        static let invoice = TickerFunction<Order, Void>("GenerateInvoice")
        static let sync = TickerFunction<Order, Void>("SyncInventory")
    }

    enum Flow {
        static let child = TickerFunction<Int, String>("ChildJob")
        static let root = TickerFunction<Void, String>("RootJob")
    }

    static func tickerQ(_ order: Order) -> Workflow {
        // snippet: coming-from-tickerq
        let workflow = Workflow.begin(with: Orders.validate, order)  // BeginWith
            .child(Orders.pay, order, when: .onSuccess, due: .after(.seconds(60)))  // WithFirstChild
            .child(Orders.confirm, order, when: .onSuccess, due: .after(.seconds(120))) { confirmed in
                confirmed.child(Orders.sync, order).then(Orders.invoice, order)  // WithFirstGrandChild, and on
            }
            .build()
        // end snippet
        return workflow
    }

    static func bullMQ() -> Workflow {
        // snippet: coming-from-bullmq
        var flow = Workflow("root-job")
        let children = (0..<3).map { flow.add(Flow.child, $0, options: TickerOptions(queue: "children")) }
        flow.add(
            Flow.root,  // BullMQ's parent: it follows its children
            following: [
                children[0].when(.onSuccess, onParentFailure: .runNow),  // continueParentOnFailure: true
                children[1].when(.onCompletion),  // ignoreDependencyOnFailure: true
                children[2].when(.onSuccess, onParentFailure: .fail),  // failParentOnFailure: true
            ]
        )
        // end snippet
        return flow
    }

    static func registerRoot(in functions: inout FunctionRegistry) {
        // snippet: coming-from-bullmq-handler
        functions.register(Flow.root) { context in
            let children = try await context.parents()
            guard !children.failures.isEmpty else {  // getFailedChildrenValues()
                return try children.outputs(of: Flow.child).joined(separator: ", ")  // getChildrenValues()
            }
            try await context.cancelUnstartedParents()  // removeUnprocessedChildren()
            return "went on though \(children.counts.failed) failed"  // getDependenciesCount()
        }
        // end snippet
    }

    typealias Continued = (parent: TickerHandle<Order>, child: TickerHandle<Void>)

    static func flare(_ scheduler: Scheduler, _ order: Order) async throws -> Continued {
        // snippet: coming-from-flare
        let parent = try await scheduler.schedule(Orders.process, order, options: TickerOptions(queue: "orders"))
        let child = try await scheduler.schedule(
            Orders.receipt,
            order,
            following: parent,
            options: TickerOptions(
                queue: "email",
                retry: .exponential(maxAttempts: 5, first: .seconds(1)),
                timeout: .seconds(120),
                unique: "receipt:\(parent)"
            )
        )
        // end snippet
        return (parent, child)
    }

    static func lateFlare(
        _ scheduler: Scheduler,
        _ order: Order,
        after parent: TickerHandle<Order>,
        journal: Journal
    ) async throws {
        // snippet: coming-from-flare-late
        do {
            try await scheduler.schedule(Orders.invoice, order, following: parent)
        } catch let error as TickerError where error.code == .parentEnded {
            journal.note("no invoice: the order is \(error.status?.rawValue ?? "unknown")")
        }
        // end snippet
    }

    static func course(_ order: Order) -> Workflow {
        // snippet: coming-from-the-course
        let workflow = Workflow.begin(with: Orders.process, order)
            .then(Orders.confirm, order)
            .onCompletion(Orders.invoice, order)  // after the mail, sent or not
            .onCompletion(Orders.sync, order)  // beside the invoice
            .build(name: order.id)
        // end snippet
        return workflow
    }
}
