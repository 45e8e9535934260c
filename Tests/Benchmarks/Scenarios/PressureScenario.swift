import Tickers

/// A producer that could add ten times as much as is worked off, under a limit on open tickers that it waits for.
///
/// The value is resident memory at the end, the limit what it was after a quarter of the time, when the limit on open
/// tickers has long been reached.
struct PressureScenario: Scenario {
    private static let work = TickerFunction<Int, Void>("Pressure")
    /// Each of 16 handlers waits so long, which makes some 8,000 a second.
    private static let pause = Duration.milliseconds(2)

    let name = "pressure"
    let summary = "MiB under a producer that is too fast for a minute, with --quick for 4 s, so many open at most"
    let defaultCount = 100_000
    let quickCount = 10_000

    func run(_ settings: Settings) async throws -> [Report] {
        let span = settings.isQuick ? Duration.seconds(4) : .seconds(60)
        var functions = FunctionRegistry()
        functions.register(Self.work) { _, _ in
            try await Task.sleep(for: Self.pause, tolerance: .zero)
        }
        var options = SchedulerOptions(maxConcurrent: 16)
        options.maxOpen = settings.count
        options.whenFull = .wait
        let scheduler = Scheduler(functions: functions, options: options)
        try await scheduler.start()
        let producer = Task {
            var number = 0
            while !Task.isCancelled {
                do { try await scheduler.schedule(Self.work, number) } catch is CancellationError { return }
                number += 1
            }
        }
        var mostOpen = 0
        var memory: [Double] = []
        let looks = 40
        for _ in 0..<looks {
            try await Task.sleep(for: span / looks)
            mostOpen = max(mostOpen, try await scheduler.counts().open)
            memory.append(try ResidentMemory.mebibytes())
        }
        producer.cancel()
        try await producer.value
        let refused = await isRefused()
        await scheduler.shutdown(grace: .zero)
        let (all, quarter) = (memory[looks - 1], memory[looks / 4])
        var report = Report(name, count: settings.count, values: [all], unit: "MiB", limits: [quarter])
        report.details = [Report.Detail(key: "most_open", figure: Double(mostOpen))]
        report.targets = [.atMost(10, all - quarter, "10 MiB more than after a quarter")]
        if mostOpen > settings.count { report.breaches.append("\(mostOpen.grouped) tickers were open.") }
        if mostOpen < settings.count { report.breaches.append("only \(mostOpen.grouped) tickers were ever open.") }
        if !refused { report.breaches.append("a call that found no room was not told that it is full.") }
        return [report]
    }

    /// Whether a producer that does not wait is told, by the code of the error.
    private func isRefused() async -> Bool {
        var options = SchedulerOptions()
        options.maxOpen = 1
        var functions = FunctionRegistry()
        functions.register(Self.work) { _, _ in }
        let scheduler = Scheduler(functions: functions, options: options)
        do {
            for number in 0..<2 { try await scheduler.schedule(Self.work, number) }
            return false
        } catch {
            return (error as? TickerError)?.code == .full
        }
    }
}
