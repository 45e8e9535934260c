import Foundation
import Testing
import Tickers
import TickersTesting

private struct Unencodable: Codable, Sendable {
    var number = 1.0

    func encode(to encoder: any Encoder) throws {
        throw EncodingError.invalidValue(self, .init(codingPath: [], debugDescription: "never"))
    }
}

@Suite("Bad input")
struct BadInputTests {
    private static let text = TickerFunction<String, Int>("Text")
    private static let odd = TickerFunction<Unencodable, Int>("Odd")
    private static let produce = TickerFunction<Int, String>("Produce")
    private static let produceOdd = TickerFunction<Int, Unencodable>("ProduceOdd")

    private static let functions = registry {
        $0.register(Plain.echo) { value, _ in value }
        $0.register(text) { value, _ in value.utf8.count }
        $0.register(odd) { _, _ in 1 }
        $0.register(produce) { count, _ in String(repeating: "x", count: count) }
        $0.register(produceOdd) { _, _ in Unencodable() }
    }

    @Test("an input over 1 MiB is refused where inputs are encoded, and nothing is stored")
    func tooLarge() async throws {
        try await virtually(Self.functions, stores: StoreKind.encoding) { scheduler, _ in
            let fits = String(repeating: "x", count: TickerLimits.payloadBytes - 2)
            let length = try await scheduler.output(of: scheduler.schedule(Self.text, fits))
            #expect(length == fits.utf8.count)
            await expectError(.payloadTooLarge) { try await scheduler.schedule(Self.text, fits + "x") }
            await expectError(.payloadTooLarge) {
                try await scheduler.schedule(
                    Workflow.begin(with: Plain.echo, 1).child(Self.text, fits + "x").build()
                )
            }
            let counts = try await scheduler.counts()
            #expect(counts.open == 0)
        }
    }

    @Test("an input that cannot be encoded is refused where inputs are encoded, and taken where they are not")
    func unencodable() async throws {
        try await virtually(Self.functions, stores: StoreKind.encoding) { scheduler, _ in
            await expectError(.unencodablePayload) { try await scheduler.schedule(Self.odd, Unencodable()) }
            let counts = try await scheduler.counts()
            #expect(counts.open == 0)
        }
        try await virtually(Self.functions, stores: [.memory]) { scheduler, _ in
            let one = try await scheduler.output(of: scheduler.schedule(Self.odd, Unencodable()))
            #expect(one == 1)
        }
    }

    @Test("an output that cannot be kept fails the attempt, with no retry, since it would not help")
    func outputs() async throws {
        try await virtually(Self.functions, stores: StoreKind.encoding) { scheduler, _ in
            let retry = TickerOptions(retry: .fixed(maxAttempts: 3, every: .seconds(1)))
            let large = try await scheduler.schedule(Self.produce, TickerLimits.payloadBytes, options: retry)
            let odd = try await scheduler.schedule(Self.produceOdd, 1, options: retry)
            for id in [large.id, odd.id] {
                let ticker = try await scheduler.ended(id)
                #expect(ticker.status == .failed)
                #expect(ticker.failure?.kind == .unusablePayload)
                #expect(ticker.attempts == 1)
            }
        }
    }

    @Test("due dates far away: year 1 is now, year 100,000 waits, no number is refused")
    func farDates() async throws {
        try await virtually(Self.functions) { scheduler, _ in
            let yearOne = Date(timeIntervalSince1970: -62_135_596_800)
            let first = try await scheduler.schedule(Plain.echo, 1, due: .at(yearOne))
            #expect(try await scheduler.output(of: first) == 1)
            let yearHundredThousand = Date(timeIntervalSince1970: 3_093_527_980_800)
            for date in [yearHundredThousand, .distantFuture, Date(timeIntervalSince1970: .infinity)] {
                let last = try await scheduler.schedule(Plain.echo, 2, due: .at(date))
                #expect(try await scheduler.status(of: last)?.status == .scheduled)
                #expect(try await scheduler.cancel(last) == .cancelled)
            }
            let long = try await scheduler.schedule(Plain.echo, 2, due: .after(.seconds(Int64.max)))
            #expect(try await scheduler.status(of: long)?.due == .distantFuture)
            await expectError(.invalidArgument) {
                try await scheduler.schedule(Plain.echo, 3, due: .at(Date(timeIntervalSince1970: .nan)))
            }
        }
    }

    @Test("negative durations are refused, all problems at once")
    func negative() async throws {
        try await virtually(Self.functions) { scheduler, _ in
            await expectError(.invalidArgument) {
                try await scheduler.schedule(Plain.echo, 1, due: .after(.seconds(-1)))
            }
            let retry = RetryPolicy.exponential(maxAttempts: 0, first: .seconds(-1), factor: 0, cap: .seconds(-1))
            let options = TickerOptions(
                queue: "",
                retry: retry.within(.seconds(-1)),
                timeout: .zero,
                tags: [String(repeating: "t", count: 300)]
            )
            do {
                try await scheduler.schedule(Plain.echo, 1, due: .after(.seconds(-1)), options: options)
                Issue.record("nothing was thrown")
            } catch let error as TickerError {
                #expect(error.code == .invalidArgument)
                #expect(error.message.split(separator: ";").count == 9, "\(error.message)")
            }
            #expect(try await scheduler.counts().open == 0)
        }
    }

    @Test("names: empty, 300 characters, twice; and limits below one. All problems at once, by name")
    func names() async throws {
        let long = TickerFunction<Void, Void>(String(repeating: "n", count: 300))
        let empty = TickerFunction<Void, Void>("")
        let functions = registry {
            $0.register(Plain.echo) { value, _ in value }
            $0.register(Plain.echo) { value, _ in value }
            $0.register(long) { _ in }
            $0.register(empty) { _ in }
            $0.register(Plain.tick, maxConcurrent: 0) { _ in }
        }
        let scheduler = Scheduler(functions: functions)
        for attempt in [scheduler.start, scheduler.run] {
            do {
                try await attempt()
                Issue.record("nothing was thrown")
            } catch let error as TickerError {
                #expect(error.code == .invalidRegistry)
                #expect(error.message.contains("\"Echo\" is registered twice"))
                #expect(error.message.contains("300 bytes"))
                #expect(error.message.contains("empty"))
                #expect(error.message.contains("maxConcurrent 0"))
            }
        }
        await expectError(.invalidArgument) { try await scheduler.schedule(long) }
        await expectError(.invalidArgument) { try await scheduler.schedule(empty) }
        #expect(throws: TickerError.self) { try functions.validate() }
    }

    @Test("scheduler options out of bounds are refused at the start, all at once")
    func options() async throws {
        var options = SchedulerOptions(maxConcurrent: 0, queues: ["q": -1])
        options.cancellationGrace = .zero
        options.clockRecheck = .seconds(-1)
        options.shutdownGrace = .seconds(-1)
        options.eventBuffer = 0
        let scheduler = Scheduler(functions: Self.functions, options: options)
        do {
            try await scheduler.start()
            Issue.record("nothing was thrown")
        } catch let error as TickerError {
            #expect(error.code == .invalidArgument)
            #expect(error.message.split(separator: ";").count == 6, "\(error.message)")
        }
    }

    @Test("1,000,001 tickers in one add are refused whole; a join that needs more parents than it has, too")
    func tooMany() async throws {
        let store = MemoryTickerStore()
        let spec = TickerSpec(function: "Echo", options: .inherited)
        let ticker = NewTicker(spec: spec, input: .payload(.nothing), due: .now)
        let request = NewWorkflow(tickers: Array(repeating: ticker, count: TickerLimits.tickersPerAdd + 1))
        await expectError(.tooManyTickers) { _ = try await store.add(request, now: .distantPast) }
        try await virtually(seeds: 0..<1, Self.functions) { scheduler, _ in
            let parent = try await scheduler.schedule(Plain.echo, 1, due: .after(.seconds(1)))
            await expectError(.invalidArgument) {
                try await scheduler.schedule(Plain.echo, 2, following: [parent], join: .atLeast(2))
            }
            await expectError(.invalidArgument) {
                try await scheduler.schedule(Plain.echo, 2, following: [parent], join: .atLeast(0))
            }
            await expectError(.invalidArgument) { try await scheduler.schedule(Plain.echo, 2, following: []) }
            let counts = try await scheduler.counts()
            #expect(counts.open == 1)
        }
        #expect(await store.counts().open == 0)
    }
}
