import Foundation
import Tickers

extension CallSites {
    static func start(_ functions: FunctionRegistry, clock: any TickerClock) async throws -> Scheduler {
        // snippet: start
        let scheduler = Scheduler(functions: functions, clock: clock)
        try await scheduler.start()  // or `try await scheduler.run()`, which returns when its task is cancelled
        // end snippet
        return scheduler
    }

    typealias Single = (order: TickerHandle<Receipt>, later: TickerHandle<Void>, publish: TickerHandle<Void>)

    static func scheduleOne(_ scheduler: Scheduler, date: Date) async throws -> Single {
        let payload = Order(number: 1)
        let user = User(name: "Ada")
        let article = "On Tides"
        // snippet: schedule-one
        let order = try await scheduler.schedule(Shop.process, payload)  // TickerHandle<Receipt>
        let later = try await scheduler.schedule(Mail.followUp, user, due: .after(.seconds(86_400)))
        let publish = try await scheduler.schedule(Articles.publish, article, due: .at(date))
        try await scheduler.schedule(Orders.sweep, options: TickerOptions(priority: .low, tags: ["night"]))
        // end snippet
        return (order, later, publish)
    }

    typealias Continued = (receipt: TickerHandle<Receipt>, alarm: TickerHandle<Void>, close: TickerHandle<Void>)

    static func scheduleContinuations(
        _ scheduler: Scheduler,
        after order: TickerHandle<Receipt>,
        order2: Order
    ) async throws -> Continued {
        // snippet: continuations
        let stock = try await scheduler.schedule(Shop.stock, order2, due: .after(.seconds(60)))
        let receipt = try await scheduler.schedule(Shop.receipt, order2, following: order)  // .onSuccess
        let alarm = try await scheduler.schedule(Shop.alert, order2, following: order.when(.onFailure))
        let close = try await scheduler.schedule(
            Shop.close,
            order2,
            following: [receipt, stock.when(.onCompletion)],
            join: .all
        )
        // end snippet
        return (receipt, alarm, close)
    }

    static func chain(_ order: Order) -> Workflow {
        // snippet: chain
        let workflow = Workflow.begin(with: Orders.validate, order)
            .then(Orders.charge, due: .after(.seconds(60)))  // takes validate's Order
            .onFailure(Orders.alarm)  // takes charge's TickerFailure; stays on charge
            .then(Orders.mail)  // takes charge's Receipt
            .build()
        // end snippet
        return workflow
    }

    static func siblings(_ order: Order) -> Workflow {
        // snippet: siblings
        let siblings = Workflow.begin(with: Orders.validate, order)
            .child(Orders.charge, order, when: .onSuccess, due: .after(.seconds(60))) { charge in
                charge.then(Orders.mail).onFailure(Orders.alarm)  // to any depth
            }
            .child(Shop.audit, order, when: .inProgress)
            .build()
        // end snippet
        return siblings
    }

    /// What the calls of `afterwards` answered.
    struct Answers: Sendable {
        var ticker: Ticker?
        var receipt: Receipt
        var cancelled: CancelResult
        var lastOfLater: TickerStatus?
        var summary: WorkflowSummary?
        var rest: (cancelled: Int, requested: Int)
    }

    static func afterwards(
        _ scheduler: Scheduler,
        order: TickerHandle<Receipt>,
        later: TickerHandle<Void>,
        run: WorkflowHandle
    ) async throws -> Answers {
        // snippet: afterwards
        let receipt = try await scheduler.output(of: order)  // waits for the end; typed
        let ticker = try await scheduler.status(of: order)  // Ticker?: status, times, attempts, progress, failure, tags

        let events = scheduler.events()  // bounded; says when it lagged
        let cancelled = try await scheduler.cancel(later)
        var lastOfLater: TickerStatus?
        for await event in events {
            guard case .ticker(let change) = event, change.id == later.id else { continue }
            lastOfLater = change.status
            break
        }

        let summary = try await scheduler.workflow(run)  // every ticker of it, as it stands now
        let rest = try await scheduler.cancelWorkflow(run.id)
        // end snippet
        return Answers(
            ticker: ticker,
            receipt: receipt,
            cancelled: cancelled,
            lastOfLater: lastOfLater,
            summary: summary,
            rest: rest
        )
    }
}
