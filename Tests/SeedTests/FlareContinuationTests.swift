import Testing
import Tickers
import TickersTesting

@Suite("Flare: continuations")
struct FlareContinuationTests {
    @Test("F1 A continuation is stored at once and its id is returned before the parent ends")
    func storedAtOnce() async {
        await play { scheduler, stage in
            let order = try await scheduler.schedule(Work.job, Job("order", seconds: 10))
            let receipt = try await scheduler.schedule(Work.job, "receipt", following: order)
            #expect(stage.elapsed == .zero)
            #expect(try await stage.status(order)?.isEnd == false)
            let stored = try #require(try await scheduler.status(of: receipt))
            #expect(stored.id == receipt.id)
            #expect(stored.createdAt == stage.start)
            #expect(stored.parents == [TickerParent(order.id, when: .onSuccess)])
        }
    }

    @Test("F2 A continuation stays waiting until the parent succeeds")
    func staysWaiting() async {
        await play { scheduler, stage in
            let order = try await scheduler.schedule(Work.job, Job("order", seconds: 10))
            let receipt = try await scheduler.schedule(Work.job, "receipt", following: order)
            for second in [0, 5, 9] {
                try await stage.go(to: second)
                #expect(try await stage.status(receipt) == .waiting)
            }
            #expect(try await scheduler.output(of: receipt) == "receipt")
            #expect(try await stage.started(receipt) == .seconds(10))
            #expect(try await scheduler.status(of: order)?.endedAt == stage.instant(10))
        }
    }

    @Test("F3 A continuation goes from waiting to pending, running and succeeded")
    func lifeCycle() async {
        await play(seeds: 0..<10) { scheduler, _ in
            let events = scheduler.events()
            let order = try await scheduler.schedule(Work.job, Job("order", seconds: 10))
            let receipt = try await scheduler.schedule(Work.job, Job("receipt", seconds: 1), following: order)
            #expect(await events.statuses(of: receipt) == [.waiting, .pending, .running, .succeeded])
        }
    }

    @Test("F4 Only the parent's success starts a continuation; time that passes does not")
    func notByTime() async {
        await play { scheduler, stage in
            let day = 86_400
            let order = try await scheduler.schedule(Work.job, "order", due: .after(.seconds(30 * day)))
            let receipt = try await scheduler.schedule(
                Work.job,
                "receipt",
                following: order,
                due: .at(stage.instant(3_600))
            )
            try await stage.go(to: 29 * day)
            #expect(try await stage.status(receipt) == .waiting)
            #expect(stage.journal.lines == [])
            _ = try await scheduler.output(of: receipt)
            #expect(try await stage.started(receipt) == .seconds(30 * day))
        }
    }

    @Test("F5 A parent is required: none is a compile-time mistake, an empty list of them a typed error")
    func parentRequired() async {
        let types: [Any.Type] = [TickerHandle<String>.self, TickerID.self, TickerHandle<String>?.self, TickerID?.self]
        #expect(types.map { $0 is any TickerParentReference.Type } == [true, true, false, false])
        await play { scheduler, _ in
            await expectError(.invalidArgument) { try await scheduler.schedule(Work.job, "receipt", following: []) }
            let counts = try await scheduler.counts()
            #expect(counts.open + counts.ended == 0)
        }
    }

    @Test("F6 An unknown parent is a typed error that names it, and nothing is stored")
    func unknownParent() async {
        await play { scheduler, _ in
            let unknown = try TickerID.unknown()
            let error = await expectError(.unknownTicker) {
                try await scheduler.schedule(Work.job, "receipt", following: unknown)
            }
            #expect(error?.ticker == unknown)
            let counts = try await scheduler.counts()
            #expect(counts.open + counts.ended == 0)
        }
    }

    @Test("F7 With a parent that succeeded, however long ago, a continuation is pending at once")
    func parentHadSucceeded() async {
        await play(options: SchedulerOptions(maxConcurrent: 1)) { scheduler, stage in
            let order = try await scheduler.schedule(Work.job, "order")
            _ = try await scheduler.output(of: order)
            for second in [100, 300, 3_000] {
                try await stage.go(to: second)
                try await scheduler.schedule(Work.job, Job("busy", seconds: 10))
                await stage.clock.rest()
                let invoice = try await scheduler.schedule(Work.job, "invoice", following: order)
                #expect(try await stage.status(invoice) == .pending)
                #expect(try await scheduler.output(of: invoice) == "invoice")
                #expect(try await stage.started(invoice) == .seconds(second + 10))
            }
        }
    }

    @Test("F8 While the parent is between two attempts the child waits, also one that is added then")
    func parentRetries() async {
        await play { scheduler, stage in
            let options = TickerOptions(retry: .fixed(maxAttempts: 2, every: .seconds(60)))
            let order = try await scheduler.schedule(Work.job, Job("order", failures: 1), options: options)
            try await stage.go(to: 10)
            #expect(try await stage.status(order) == .retrying)
            let receipt = try await scheduler.schedule(Work.job, "receipt", following: order)
            try await stage.go(to: 59)
            #expect(try await stage.status(receipt) == .waiting)
            _ = try await scheduler.output(of: receipt)
            #expect(try await stage.started(receipt) == .seconds(60))
        }
    }

    @Test("F9 A parent that has failed or was cancelled: the call throws with its status, nothing is stored")
    func parentEnded() async {
        await play { scheduler, _ in
            let failed = try await scheduler.schedule(Work.job, Job("order", failures: Job.always))
            _ = try await scheduler.ended(failed)
            let cancelled = try await scheduler.schedule(Work.job, "order", due: .after(.seconds(60)))
            try await scheduler.cancel(cancelled)
            let before = try await scheduler.counts()
            for (parent, status) in [(failed, TickerStatus.failed), (cancelled, .cancelled)] {
                let error = await expectError(.parentEnded) {
                    try await scheduler.schedule(Work.job, "receipt", following: parent)
                }
                #expect(error?.status == status)
                #expect(error?.ticker == parent.id)
            }
            #expect(try await scheduler.counts() == before)
        }
    }

    @Test("F10 A continuation takes its own queue, attempts, unique key and timeout, and they hold")
    func ownOptions() async {
        await play(options: SchedulerOptions(maxConcurrent: 8, queues: ["email": 1])) { scheduler, stage in
            let order = try await scheduler.schedule(Work.job, Job("order", seconds: 10))
            let options = TickerOptions(
                queue: "email",
                retry: .fixed(maxAttempts: 5, every: .zero),
                timeout: .seconds(120)
            )
            let single = TickerOptions(unique: "receipt of the order")
            let receipt = try await scheduler.schedule(Work.job, "receipt", following: order, options: single)
            let again = try await scheduler.schedule(Work.job, "receipt", following: order, options: single)
            #expect(again == receipt && again.isExisting)
            let hung = Job("hung", seconds: 3_600)
            let receipts = [
                try await scheduler.schedule(Work.job, hung, following: order, options: options),
                try await scheduler.schedule(Work.job, hung, following: order, options: options),
            ]
            for receipt in receipts {
                let ticker = try await scheduler.ended(receipt)
                #expect(ticker.queue == "email")
                #expect([ticker.attempts, ticker.maxAttempts] == [5, 5])
                #expect(ticker.failure?.kind == .timedOut)
            }
            // Ten attempts of two minutes, one after the other because the queue has room for one.
            #expect(stage.elapsed == .seconds(10 + 10 * 120))
            #expect(try await scheduler.status(of: order)?.queue == TickerOptions.defaultQueue)
        }
    }

    private struct Image: Codable, Equatable { var pixels: [Int] }
    private struct Message: Codable { var user: String }
    private static let process = TickerFunction<Image, Image>("ProcessImage")
    private static let notify = TickerFunction<Message, Int>("NotifyUser")

    @Test("F11 Parent and child are of unrelated functions with unrelated types")
    func unrelatedTypes() async {
        await play { scheduler, stage in
            let image = try await scheduler.schedule(Self.process, Image(pixels: [1, 2]))
            let notice = try await scheduler.schedule(Self.notify, Message(user: "usr_42"), following: image)
            #expect(try await scheduler.output(of: notice) == 6)
            #expect(try await scheduler.output(of: image) == Image(pixels: [2, 1]))
            #expect(stage.journal.lines == ["tell usr_42"])
        } register: { functions, journal in
            functions.register(Self.process) { image, _ in Image(pixels: image.pixels.reversed()) }
            functions.register(Self.notify) { message, context in
                journal.note("tell \(message.user)", context)
                return message.user.count
            }
        }
    }
}
