import Tickers

/// Takes a list of orders from validation to the parcel.
struct Job {
    let orders: [Order]
    let settings: Settings
    let screen: Screen

    private enum Happening: Sendable {
        case ordersEnded
        case interrupted(by: Int32)
        case stopped
    }

    /// Runs all orders until the last has ended or a signal comes.
    func run() async throws -> JobResult {
        let shop = Shop(latency: Latency(factor: settings.latency))
        let scheduler = scheduler(for: shop)
        let workflows = orders.map(Workflow.fulfilment(of:))
        let steps = workflows.reduce(0) { $0 + $1.count }
        let progress = ProgressLine(screen: screen, orders: orders.count, steps: steps)
        let events = scheduler.events()
        var handles: [WorkflowHandle] = []
        for workflow in workflows { handles.append(try await scheduler.schedule(workflow)) }
        let signal = try await run(scheduler, until: handles) {
            try await progress.follow(events, of: scheduler)
        }
        var runs: [OrderRun] = []
        for (order, handle) in zip(orders, handles) {
            guard let summary = try await scheduler.workflow(handle) else { continue }
            runs.append(OrderRun(order: order, summary: summary))
        }
        return JobResult(runs: runs, ordered: orders.count, shop: shop, signal: signal, elapsed: progress.elapsed)
    }

    /// Runs the scheduler until the workflows have ended or a signal comes, which is returned.
    private func run(
        _ scheduler: Scheduler,
        until handles: [WorkflowHandle],
        showing progress: @escaping @Sendable () async throws -> Void
    ) async throws -> Int32? {
        try await withThrowingTaskGroup(of: Happening.self) { group in
            group.addTask {
                try await scheduler.run()
                return .stopped
            }
            group.addTask {
                for handle in handles { try await scheduler.ended(handle) }
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

    private func scheduler(for shop: Shop) -> Scheduler {
        var options = SchedulerOptions()
        if let concurrency = settings.concurrency { options.maxConcurrent = concurrency }
        options.queues = ["mail": 8]
        options.shutdownGrace = .seconds(1)
        options.eventBuffer = 1 << 16
        return Scheduler(
            functions: .orders(shop, gatewayConnections: settings.gatewayConnections),
            store: MemoryTickerStore(retention: Retention(age: .seconds(86_400), count: max(10_000, orders.count))),
            options: options
        )
    }
}

/// What a job leaves behind.
struct JobResult: Sendable {
    let runs: [OrderRun]
    /// Orders that were in the file.
    let ordered: Int
    let shop: Shop
    /// The signal that ended the job early.
    let signal: Int32?
    let elapsed: Duration

    var isInterrupted: Bool { signal != nil }
}
