import Synchronization
import Testing
@testable import Tickers
import TickersTesting

@Suite("Listening to a store")
struct ListeningTests {
    @Test("A subscriber that is dropped is forgotten")
    func droppedSubscriber() async throws {
        let hub = EventHub(hint: { _ in }, limitHint: { _ in }, onStops: {})
        do { _ = TickerEvents(subscription: hub.subscribe(capacity: 4)) }
        #expect(!hub.wantsEvents)
    }

    @Test("Leaving a for-await loop unsubscribes")
    func brokenLoop() async throws {
        try await virtually(seeds: 0..<1, registry { $0.register(Plain.echo) { value, _ in value } }) { scheduler, _ in
            func listenOnce() async {
                for await _ in scheduler.events() { break }
            }
            async let listened: Void = listenOnce()
            _ = try await scheduler.output(of: scheduler.schedule(Plain.echo, 1))
            _ = try await scheduler.output(of: scheduler.schedule(Plain.echo, 1))
            await listened
            #expect(!scheduler.hub.wantsEvents)
        }
    }

    @Test("A cancel reaches the handler whichever scheduler of the store it is asked of")
    func cancelElsewhere() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let functions = registry {
                $0.register(Plain.slow) { value, context in
                    try await context.clock.sleep(for: .seconds(3_600))
                    return value
                }
            }
            let store = MemoryTickerStore(seed: 1)
            let worker = Scheduler(functions: functions, store: store, clock: clock)
            var only = SchedulerOptions()
            only.runs = .nothing
            let front = Scheduler(functions: FunctionRegistry(), store: store, clock: clock, options: only)
            try await worker.start()
            let handle = try await front.schedule(Plain.slow, 1)
            await clock.rest()
            #expect(try await front.cancel(handle) == .requested)
            let ticker = try await front.ended(handle)
            #expect(ticker.status == .cancelled)
            #expect(clock.elapsed <= .seconds(5), "\(clock.elapsed)")
            await worker.shutdown(grace: .zero)
            await front.shutdown()
        }
    }

    @Test("A scheduler that only listens hears what others do on its store")
    func listensOnly() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let functions = registry { $0.register(Plain.echo) { value, _ in value } }
            let store = MemoryTickerStore(seed: 1)
            let worker = Scheduler(functions: functions, store: store, clock: clock)
            let front = Scheduler(functions: functions, store: store, clock: clock)
            try await worker.start()
            let events = front.events()
            _ = try await worker.output(of: worker.schedule(Plain.echo, 1))
            await worker.shutdown()
            await front.shutdown()
            var heard = 0
            for await _ in events { heard += 1 }
            #expect(heard > 0)
        }
    }

    @Test("Waiting for a workflow's end survives retention")
    func endedWorkflow() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let functions = registry {
                $0.register(Plain.slow) { value, context in
                    try await context.clock.sleep(for: .seconds(1))
                    return value
                }
            }
            let store = MemoryTickerStore(retention: Retention(age: .seconds(3_600), count: 0), seed: 1)
            let scheduler = Scheduler(functions: functions, store: store, clock: clock)
            try await scheduler.start()
            let handle = try await scheduler.schedule(Workflow.begin(with: Plain.slow, 1).build())
            do {
                let summary = try await scheduler.ended(handle)
                #expect(summary.tickers.count == 1)
            } catch { Issue.record("\(error)") }
            await scheduler.shutdown(grace: .zero)
        }
    }

    @Test("Parents elsewhere are kept while the child's workflow is open")
    func parentsElsewhere() async throws {
        let clock = VirtualClock(seed: 1)
        try await clock.run {
            let functions = registry { $0.register(Plain.echo) { value, _ in value } }
            let store = MemoryTickerStore(retention: Retention(age: .seconds(3_600), count: 0), seed: 1)
            let scheduler = Scheduler(functions: functions, store: store, clock: clock)
            try await scheduler.start()
            let first = try await scheduler.schedule(Plain.echo, 1, due: .after(.seconds(1)))
            let other = try await scheduler.schedule(Plain.echo, 2, due: .after(.seconds(2)))
            let child = try await scheduler.schedule(Plain.echo, 3, following: [first, other])
            let last = try await scheduler.schedule(Plain.echo, 4, following: child, due: .after(.seconds(100)))
            try await clock.sleep(for: .seconds(50))
            let ticker = try #require(try await scheduler.status(of: child))
            #expect(ticker.parents.map(\.id) == [first.id, other.id])
            _ = try await scheduler.output(of: last)
            await scheduler.shutdown(grace: .zero)
        }
    }

    @Test("A handler that was told to stop adds no more to a cancelled workflow")
    func childrenAfterCancel() async throws {
        let ran = Recorder<Int>()
        let functions = registry {
            $0.register(Plain.slow) { value, context in
                try? await context.clock.sleep(for: .seconds(60))
                try await context.schedule(Plain.tick, when: .inProgress)
                return value
            }
            $0.register(Plain.tick) { _ in ran.add(1) }
        }
        try await virtually(seeds: 0..<1, functions) { scheduler, clock in
            let handle = try await scheduler.schedule(Plain.slow, 1)
            await clock.rest()
            try await scheduler.cancelWorkflow(handle.workflowID)
            _ = try await scheduler.ended(handle.workflowID)
            try await clock.sleep(for: .seconds(5))
            #expect(ran.count == 0)
        }
    }

    @Test("A scheduler that was shut down, or never started, leaves nothing in a shared store, asked later or not")
    func leavesNothing() async throws {
        let clock = VirtualClock(seed: 1)
        let store = MemoryTickerStore(seed: 1)
        try await clock.run {
            let functions = registry { $0.register(Plain.echo) { value, _ in value } }
            let scheduler = Scheduler(functions: functions, store: store, clock: clock)
            #expect(store.listeners.all.count == 1)
            try await scheduler.start()
            let handle = try await scheduler.schedule(Plain.echo, 1)
            _ = try await scheduler.output(of: handle)
            await scheduler.shutdown()
            let again = try await scheduler.output(of: handle)
            #expect(again == 1)
            #expect(store.listeners.all.isEmpty)
            _ = Scheduler(functions: functions, store: store, clock: clock)
            #expect(store.listeners.all.isEmpty)
        }
    }
}
