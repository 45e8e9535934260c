import Testing
import Tickers
import TickersTesting

@Suite("The guide to retries and recovery")
struct RecoveryGuideTests {
    typealias Order = RecoveryGuide.Order
    typealias Payments = RecoveryGuide.Payments
    typealias Shop = RecoveryGuide.Shop
    typealias Files = RecoveryGuide.Files
    typealias Push = RecoveryGuide.Push

    private let journal = Journal()

    private func functions(
        bank: Bank = Bank(),
        stock: @escaping RecoveryGuide.Warehouse = { _ in .there }
    ) -> FunctionRegistry {
        var functions = FunctionRegistry()
        let journal = journal
        RecoveryGuide.registerReserve(in: &functions, stock: stock)
        RecoveryGuide.registerCharge(in: &functions, bank: bank)
        RecoveryGuide.registerFinish(in: &functions)
        for function in [Payments.apologise, Payments.escalate] {
            functions.register(function) { failure, context in journal.note("\(context.function): \(failure)") }
        }
        for function in [Shop.release, Shop.survey, Shop.invoice] {
            functions.register(function) { order, context in journal.note("\(context.function) \(order.id)") }
        }
        functions.register(Shop.thank) { _, _ in throw RecoveryGuide.NoAnswer() }
        functions.register(Shop.ship) { receipt, _ in journal.note("shipped, \(receipt)") }
        functions.register(Files.upload) { name, context in
            try await context.clock.sleep(for: .seconds(name.count))
            guard name != "bad" else { throw RecoveryGuide.NoAnswer() }
            return name
        }
        for function in [Push.send, Push.welcome, Push.index, Push.digest, Push.close] {
            functions.register(function) { text, context in journal.note("\(context.function) \(text)") }
        }
        return functions
    }

    @Test("the table of policies says how long each waits")
    func policies() async throws {
        let policies: [(String, RetryPolicy)] = [
            (".none (the default)", .none),
            (".fixed(maxAttempts: 4, every: .seconds(10))", .fixed(maxAttempts: 4, every: .seconds(10))),
            (
                ".intervals([.seconds(1), .seconds(5), .seconds(9)])",
                .intervals([.seconds(1), .seconds(5), .seconds(9)])
            ),
            (
                ".exponential(maxAttempts: 5, first: .seconds(1), cap: .seconds(5), fullJitter: false)",
                .exponential(maxAttempts: 5, first: .seconds(1), cap: .seconds(5), fullJitter: false)
            ),
            (
                ".custom(maxAttempts: 9) { attempt, error in attempt < 3 ? .seconds(7) : nil }",
                .custom(maxAttempts: 9) { attempt, _ in attempt < 3 ? .seconds(7) : nil }
            ),
            (
                ".fixed(maxAttempts: 9, every: .seconds(10)).within(.seconds(35))",
                .fixed(maxAttempts: 9, every: .seconds(10)).within(.seconds(35))
            ),
            (
                "RetryPolicy(maxAttempts: 4, backoff: .intervals([.seconds(1), .seconds(5)]))",
                RetryPolicy(maxAttempts: 4, backoff: .intervals([.seconds(1), .seconds(5)]))
            ),
        ]
        let rows = try Guide("RetriesAndRecovery").table("policy")
        for (name, policy) in policies {
            let row = try #require(rows.first { $0[0] == name }, "\(name) is not in the table")
            let waits = Recorder<Duration>()
            let functions = registry {
                $0.register(Plain.fail) { _, context in
                    waits.add(.nanoseconds(context.clock.monotonic.nanoseconds))
                    throw Broken()
                }
            }
            try await virtually(seeds: 0..<1, functions) { scheduler, _ in
                let failing = try await scheduler.schedule(Plain.fail, 1, options: TickerOptions(retry: policy))
                #expect(try await scheduler.ended(failing).status == .failed)
            }
            let gaps = zip(waits.values.dropFirst(), waits.values).map { "\(($0 - $1).components.seconds)" }
            #expect(row[1] == "\(waits.count)", "\(name)")
            #expect(row[2] == (gaps.isEmpty ? "none" : gaps.joined(separator: ", ")), "\(name)")
        }
    }

    @Test("what is worth another attempt gets one, what is not ends at once")
    func filter() async throws {
        let bank = Bank(.silent)
        try await virtually(seeds: 0..<1, functions(bank: bank)) { scheduler, clock in
            let silent = try await scheduler.ended(scheduler.schedule(Payments.charge, Order(id: "1")))
            #expect(silent.attempts == 5)
            #expect(clock.elapsed <= .seconds(15))
            bank.change(to: .declining)
            let declined = try await scheduler.ended(scheduler.schedule(Payments.charge, Order(id: "2")))
            #expect(declined.attempts == 1)
            #expect(declined.failure?.message == "the card was declined")
        }
    }

    @Test("signals: another attempt, the same attempt later, the end")
    func signals() async throws {
        let calls = Recorder<Int>()
        let stock: RecoveryGuide.Warehouse = { attempt in
            calls.add(attempt)
            switch calls.count {
            case 1, 2: return .closed
            case 3: return .busy(.seconds(30))
            default: return .soldOut
            }
        }
        try await virtually(seeds: 0..<1, functions(stock: stock)) { scheduler, clock in
            let options = TickerOptions(retry: .fixed(maxAttempts: 5, every: .seconds(1)))
            let order = try await scheduler.schedule(Shop.reserve, Order(id: "1"), options: options)
            let ended = try await scheduler.ended(order)
            #expect(calls.values == [1, 1, 1, 2])
            #expect(clock.elapsed == .seconds(7_230))
            #expect(ended.failure?.kind == .discarded)
            #expect(ended.failure?.message == "sold out")
        }
    }

    @Test("a recovery branch: its input, what is skipped, what the workflow is then")
    func recovery() async throws {
        try await virtually(seeds: 0..<1, functions(bank: Bank(.declining))) { scheduler, _ in
            let run = try await scheduler.schedule(RecoveryGuide.checkout(Order(id: "1")))
            let summary = try await scheduler.ended(run)
            #expect(summary.status == .recovered)
            try Guide("RetriesAndRecovery").shows(summary.tree())
        }
        #expect(
            journal.lines == [
                "Apologise: Charge failed after 1 attempt: the card was declined", "ReleaseStock 1",
            ]
        )
    }

    @Test("a recovery in a graph takes the failure, too")
    func recoveryInGraph() async throws {
        try await virtually(functions(bank: Bank(.declining))) { scheduler, _ in
            var plan = Workflow("graph")
            let charge = plan.add(Payments.charge, Order(id: "1"))
            let sorry = plan.add(Payments.apologise, takingFailureOf: charge)
            let run = try await scheduler.schedule(plan)
            try await scheduler.output(of: run[sorry])
            #expect(try await scheduler.ended(run).status == .recovered)
            await expectError(.tickerFailed) {
                _ = try await scheduler.output(of: run[charge].id, as: Payments.charge)
            }
        }
        #expect(journal.lines.first == "Apologise: Charge failed after 1 attempt: the card was declined")
    }

    @Test("nice to have: the next step runs either way, and the failure stays in sight")
    func niceToHave() async throws {
        try await virtually(seeds: 0..<1, functions()) { scheduler, _ in
            let run = try await scheduler.schedule(RecoveryGuide.niceToHave(Order(id: "1")))
            let summary = try await scheduler.ended(run)
            #expect(summary.tickers.map(\.status) == [.succeeded, .succeeded, .failed, .succeeded])
            #expect(summary.status == .recovered)
            // A step below one that is retried runs again, though it has succeeded; others do not.
            #expect(try await scheduler.retryWorkflow(run.id) == 1)
            let again = try await scheduler.ended(run)
            #expect(again.tickers.map(\.attempts) == [1, 1, 2, 1])
            let alone = Workflow.begin(with: Shop.reserve, Order(id: "2")).child(Shop.thank, Order(id: "2")).build()
            #expect(try await scheduler.ended(scheduler.schedule(alone)).status == .failed)
        }
        #expect(journal.lines.sorted() == ["Invoice 1", "Invoice 1", "Survey 1"])
    }

    @Test("fail fast: the join hears of the first failure and cancels what has not started")
    func failFast() async throws {
        let options = SchedulerOptions(maxConcurrent: 3)
        try await virtually(functions(), options: options) { scheduler, clock in
            // Three places: "bad" fails after 3 s, when the last two have not started.
            let (batch, finish) = RecoveryGuide.upload(["slowest", "bad", "slower", "later", "latest"])
            let run = try await scheduler.schedule(batch)
            let ended = try await scheduler.ended(run[finish])
            #expect(ended.failure?.message == "BatchFailed(cancelled: 2)")
            #expect(clock.elapsed == .seconds(3))
            let summary = try await scheduler.ended(run)
            #expect(
                summary.tickers.map(\.status) == [.succeeded, .failed, .succeeded, .cancelled, .cancelled, .failed]
            )
            let (good, sum) = RecoveryGuide.upload(["a", "b"])
            let second = try await scheduler.schedule(good)
            #expect(try await scheduler.output(of: second[sum]) == 2)
        }
    }

    @Test("retry by hand: a step and all below it, or whatever has failed")
    func byHand() async throws {
        let (bank, journal) = (Bank(.declining), journal)
        try await virtually(seeds: 0..<1, functions(bank: bank)) { scheduler, _ in
            let run = try await scheduler.schedule(RecoveryGuide.checkout(Order(id: "1")))
            _ = try await scheduler.ended(run)
            let charge = try #require(run.handle(of: Payments.charge))
            bank.change(to: .well)
            let rest = try await RecoveryGuide.retry(scheduler, run, charge, journal: journal)
            #expect(rest == 0)
            let summary = try await scheduler.ended(run)
            #expect(summary.status == .succeeded)
            #expect(
                summary.tickers.map(\.status) == [
                    .succeeded, .succeeded, .skipped, .skipped, .skipped, .succeeded,
                ]
            )
            #expect(try await RecoveryGuide.retry(scheduler, run, charge, journal: journal) == 0)
            bank.change(to: .declining)
            let other = try await scheduler.schedule(RecoveryGuide.checkout(Order(id: "2")))
            _ = try await scheduler.ended(other)
            bank.change(to: .well)
            #expect(try await scheduler.retryWorkflow(other.id) == 1)
            #expect(try await scheduler.ended(other).status == .succeeded)
        }
        #expect(bank.booked.values.sorted() == ["1", "2"])
        #expect(journal.lines.filter { $0.hasPrefix("runs again") }.count == 1)
        #expect(journal.lines.contains("it is succeeded"))
    }

    @Test("an idempotent handler: the answer is lost, the attempt repeated, and the card charged once")
    func idempotent() async throws {
        let bank = Bank(.losingAnswers)
        try await virtually(seeds: 0..<1, functions(bank: bank)) { scheduler, _ in
            let charge = try await scheduler.schedule(Payments.charge, Order(id: "1"))
            #expect(try await scheduler.output(of: charge) == "receipt of 1")
            #expect(try await scheduler.status(of: charge)?.attempts == 2)
            #expect(bank.booked == ["\(charge.id)": "1"])
        }
        #expect(bank.calls == 2)
    }

    @Test("expiry and unique keys: once, the latest, once a day, or not at all")
    func keys() async throws {
        let journal = journal
        try await virtually(seeds: 0..<1, functions()) { scheduler, clock in
            let first = try await RecoveryGuide.keys(scheduler, user: "ada")
            await clock.rest()
            // The month is closed by now, so its key is free again.
            let second = try await RecoveryGuide.keys(scheduler, user: "ada")
            #expect(second.welcome != first.welcome)
            #expect(second.digest == first.digest && second.digest.isExisting)
            #expect(try await scheduler.status(of: first.index)?.reason == .replaced(by: second.index.id))
            _ = try await scheduler.ended(second.index)
            #expect(clock.elapsed == .seconds(10))
            try await clock.sleep(for: .seconds(86_390))
            let third = try await RecoveryGuide.keys(scheduler, user: "ada")
            #expect(third.digest != first.digest)
            _ = try await scheduler.ended(third.index)
            let strict = TickerOptions(unique: UniqueKey("2026-11", onConflict: .reject))
            try await scheduler.schedule(Push.close, "2026-11", due: .after(.seconds(1)), options: strict)
            await expectError(.uniqueKeyInUse) { _ = try await RecoveryGuide.keys(scheduler, user: "ada") }
        }
        #expect(journal.lines.count { $0 == "Reindex ada" } == 2)
    }

    @Test("an expired ticker is skipped, and the workflow it was alone in has succeeded")
    func expired() async throws {
        try await virtually(functions(), options: SchedulerOptions(maxConcurrent: 1)) { scheduler, clock in
            let long = String(repeating: "x", count: 400)
            try await scheduler.schedule(Files.upload, long)
            await clock.rest()
            let push = try await RecoveryGuide.keys(scheduler, user: "ada").push
            let ended = try await scheduler.ended(push)
            #expect(ended.status == .skipped)
            #expect(ended.reason == .expired)
            #expect(clock.elapsed == .seconds(300))
            #expect(try await scheduler.workflow(push.workflowID)?.status == .succeeded)
        }
    }
}
