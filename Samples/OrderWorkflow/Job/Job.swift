import Tickers

/// Takes a list of orders from validation to the parcel, from wherever they stand.
struct Job {
    /// Orders that are stored at a time, so that they wait for the disk together.
    private static let storedAtOnce = 200

    let batch: OrderBatch
    let settings: Settings
    let screen: Screen

    private var orders: [Order] { batch.orders }

    private enum Happening: Sendable {
        case ordersEnded
        case interrupted(by: Int32)
        case stopped
    }

    /// Runs all orders until the last has ended or a signal comes.
    func run() async throws -> JobResult {
        let kept = try await OrderStore.open(batch, settings)
        let result = try await run(on: kept)
        try await kept.close()
        return result
    }

    private func run(on kept: OrderStore) async throws -> JobResult {
        let shop = Shop(latency: Latency(factor: settings.latency), books: kept.books)
        let watch = RepetitionWatch()
        let scheduler = scheduler(for: shop, on: kept.store, watch)
        let standing = try await Standing(scheduler)
        watch.begin(after: standing)
        Opening(standing: standing, file: kept.file, orders: orders.count, screen: screen).print()
        let workflows = orders.map(Workflow.fulfilment(of:))
        let steps = workflows.reduce(0) { $0 + $1.count }
        let progress = ProgressLine(screen: screen, orders: orders.count, steps: steps, standing: standing)
        let events = scheduler.events()
        let ids = try await ids(of: workflows, besides: standing, on: scheduler)
        let signal = try await run(scheduler, until: ids) {
            try await progress.follow(events, of: scheduler)
        }
        var runs: [OrderRun] = []
        for (order, id) in zip(orders, ids) {
            guard let summary = try await scheduler.workflow(id) else { continue }
            runs.append(OrderRun(order: order, summary: summary))
        }
        return JobResult(
            runs: runs,
            ordered: orders.count,
            shop: shop,
            standing: standing,
            repeated: watch.repeated,
            signal: signal,
            elapsed: progress.elapsed
        )
    }

    /// Stores the workflows that are not there yet; all of them in the order of the file.
    private func ids(
        of workflows: [Workflow],
        besides standing: Standing,
        on scheduler: Scheduler
    ) async throws -> [WorkflowID] {
        var ids = standing.workflows
        let missing = workflows.filter { ids[$0.name] == nil }
        for start in stride(from: 0, to: missing.count, by: Self.storedAtOnce) {
            try await withThrowingTaskGroup(of: (String, WorkflowID).self) { group in
                for workflow in missing[start..<min(start + Self.storedAtOnce, missing.count)] {
                    group.addTask { (workflow.name, try await scheduler.schedule(workflow).id) }
                }
                for try await (name, id) in group { ids[name] = id }
            }
        }
        return workflows.compactMap { ids[$0.name] }
    }

    /// Runs the scheduler until the workflows have ended or a signal comes, which is returned.
    private func run(
        _ scheduler: Scheduler,
        until ids: [WorkflowID],
        showing progress: @escaping @Sendable () async throws -> Void
    ) async throws -> Int32? {
        try await withThrowingTaskGroup(of: Happening.self) { group in
            group.addTask {
                try await scheduler.run()
                return .stopped
            }
            group.addTask {
                for id in ids { try await scheduler.ended(id) }
                return .ordersEnded
            }
            group.addTask {
                guard let number = await Interrupts.first() else { return .stopped }
                return .interrupted(by: number)
            }
            async let shown: Void = progress()
            var signal: Int32?
            if case .interrupted(let number) = try await group.next() { signal = number }
            group.cancelAll()
            // What is cancelled ends with an error that says no more than that.
            while let rest = await group.nextResult() {
                if case .success(.interrupted(let number)) = rest { signal = signal ?? number }
            }
            try await shown
            return signal
        }
    }

    private func scheduler(for shop: Shop, on store: any TickerStore, _ watch: RepetitionWatch) -> Scheduler {
        var options = SchedulerOptions()
        if let concurrency = settings.concurrency { options.maxConcurrent = concurrency }
        options.queues = ["mail": 8]
        options.shutdownGrace = .seconds(1)
        options.eventBuffer = 1 << 16
        return Scheduler(
            functions: .orders(shop, gatewayConnections: settings.gatewayConnections),
            store: store,
            options: options,
            middleware: [watch]
        )
    }
}

/// What a job leaves behind.
struct JobResult: Sendable {
    let runs: [OrderRun]
    /// Orders that were in the file.
    let ordered: Int
    let shop: Shop
    /// How far the orders had come before.
    let standing: Standing
    /// Runs of steps that had succeeded before.
    let repeated: Int
    /// The signal that ended the job early.
    let signal: Int32?
    let elapsed: Duration

    var isInterrupted: Bool { signal != nil }
}
