import Tickers

/// What the guide to retries and recovery shows: compiled here, run by ``RecoveryGuideTests``.
///
/// The marked regions are quoted by the guide, so they are written to be read without their surroundings.
enum RecoveryGuide {
    struct Order: Codable, Sendable, Hashable {
        var id: String
        var cents = 100
    }

    struct CardDeclined: Error, CustomStringConvertible {
        var description: String { "the card was declined" }
    }

    struct NoAnswer: Error, CustomStringConvertible {
        var description: String { "no answer" }
    }

    // snippet: guide-retry
    enum Payments {
        static let charge = TickerFunction<Order, String>(
            "Charge",
            options: TickerOptions(
                retry: .exponential(maxAttempts: 5, first: .seconds(1))
                    .retrying { !($0 is CardDeclined) }  // a declined card ends it at once
                    .within(.seconds(60)),  // no attempt later than this after the first one started
                timeout: .seconds(30)  // for each attempt
            )
        )
        static let apologise = TickerFunction<TickerFailure, Void>("Apologise")
        static let escalate = TickerFunction<TickerFailure, Void>("CallSomeone")
    }
    // end snippet

    enum Shop {
        static let reserve = TickerFunction<Order, Order>("Reserve")
        static let release = TickerFunction<Order, Void>("ReleaseStock")
        static let ship = TickerFunction<String, Void>("Ship")
        static let thank = TickerFunction<Order, Void>("Thank")
        static let survey = TickerFunction<Order, Void>("Survey")
        static let invoice = TickerFunction<Order, Void>("Invoice")
    }

    enum Files {
        static let upload = TickerFunction<String, String>("Upload")
        static let finish = TickerFunction<Void, Int>("FinishBatch")
    }

    enum Push {
        static let send = TickerFunction<String, Void>("Push")
        static let welcome = TickerFunction<String, Void>("Welcome")
        static let index = TickerFunction<String, Void>("Reindex")
        static let digest = TickerFunction<String, Void>("SendDigest")
        static let close = TickerFunction<String, Void>("CloseMonth")
    }

    enum Stock: Sendable {
        case there, closed, soldOut
        case busy(Duration)
    }

    /// Answers each question with the next of its answers.
    typealias Warehouse = @Sendable (_ attempt: Int) -> Stock

    static func registerReserve(in functions: inout FunctionRegistry, stock: @escaping Warehouse) {
        // snippet: guide-signals
        functions.register(Shop.reserve) { order, context in
            switch stock(context.attempt) {
            case .there: return order
            case .busy(let pause): throw TickerSignal.retry(after: pause)  // uses an attempt, waits as told
            case .closed: throw TickerSignal.snooze(.seconds(3_600))  // uses none: the same attempt again
            case .soldOut: throw TickerSignal.discard("sold out")  // failed, whatever attempts are left
            }
        }
        // end snippet
    }

    static func checkout(_ order: Order) -> Workflow {
        // snippet: guide-recovery
        let checkout = Workflow.begin(with: Shop.reserve, order)
            .then(Payments.charge)
            .onFailure(Payments.apologise) { sorry in  // takes charge's TickerFailure
                sorry.then(Shop.release, order)  // the recovery goes on …
                    .onFailure(Payments.escalate)  // … and can fail itself
            }
            .then(Shop.ship)  // takes what charge returned; skipped when charge failed
            .build(name: "checkout")
        // end snippet
        return checkout
    }

    static func niceToHave(_ order: Order) -> Workflow {
        // snippet: guide-nice-to-have
        let workflow = Workflow.begin(with: Shop.reserve, order)
            .child(Shop.survey, order)  // nothing depends on it
            .then(Shop.thank, order)
            .onCompletion(Shop.invoice, order)  // after thank, whether that failed or not
            .build()
        // end snippet
        return workflow
    }

    static func upload(_ names: [String]) -> (Workflow, WorkflowStep<Int>) {
        // snippet: guide-fail-fast
        var batch = Workflow("batch")
        let uploads = names.map { batch.add(Files.upload, $0) }
        let edges = uploads.map { $0.when(.onSuccess, onParentFailure: .runNow) }
        let ahead = TickerOptions(priority: .high)  // so that it need not wait behind those that it is going to cancel
        let finish = batch.add(Files.finish, following: edges, options: ahead)  // after all, or after the first failure
        // end snippet
        return (batch, finish)
    }

    struct BatchFailed: Error {
        var cancelled: Int
    }

    static func registerFinish(in functions: inout FunctionRegistry) {
        // snippet: guide-fail-fast-handler
        functions.register(Files.finish) { context in
            let parents = try await context.parents()
            guard !parents.failures.isEmpty else { return parents.counts.succeeded }
            let cancelled = try await context.cancelUnstartedParents()  // or cancelUnendedParents(): running ones, too
            throw BatchFailed(cancelled: cancelled)
        }
        // end snippet
    }

    static func retry(
        _ scheduler: Scheduler,
        _ run: WorkflowHandle,
        _ charge: TickerHandle<String>,
        journal: Journal
    ) async throws -> Int {
        // snippet: guide-retry-by-hand
        switch try await scheduler.retry(charge) {
        case .retried: journal.note("runs again, and all below it waits anew")
        case .refused(let status): journal.note("it is \(status)")
        case .descendantRunning: journal.note("cancel what runs below it, or wait")
        }
        let count = try await scheduler.retryWorkflow(run.id)  // whatever has failed or was cancelled in it
        // end snippet
        return count
    }

    static func registerCharge(in functions: inout FunctionRegistry, bank: Bank) {
        // snippet: guide-idempotent
        functions.register(Payments.charge) { order, context in
            // The same id in every attempt, so the bank knows a request that it has seen.
            try await bank.charge(order, key: "\(context.id)")
        }
        // end snippet
    }

    typealias Keyed = (
        push: TickerHandle<Void>, welcome: TickerHandle<Void>, index: TickerHandle<Void>, digest: TickerHandle<Void>
    )

    static func keys(_ scheduler: Scheduler, user: String) async throws -> Keyed {
        // snippet: guide-expiry
        let fresh = TickerOptions(expiry: .afterDue(.seconds(300)))  // or .at(instant)
        let push = try await scheduler.schedule(Push.send, "your taxi is here", options: fresh)
        // end snippet
        // snippet: guide-unique
        let once = TickerOptions(unique: UniqueKey(user))
        let welcome = try await scheduler.schedule(Push.welcome, user, options: once)

        let latest = TickerOptions(unique: UniqueKey(user, onConflict: .replace))
        let index = try await scheduler.schedule(Push.index, user, due: .after(.seconds(10)), options: latest)

        let daily = TickerOptions(unique: UniqueKey(user, held: .window(.seconds(86_400))))
        let digest = try await scheduler.schedule(Push.digest, user, options: daily)

        let strict = TickerOptions(unique: UniqueKey("2026-11", onConflict: .reject))
        try await scheduler.schedule(Push.close, "2026-11", options: strict)  // throws if there is one
        // end snippet
        return (push, welcome, index, digest)
    }
}
