import Tickers

/// What a suite of tests came to.
struct TestResult: Codable {
    var suite: String
    var tests: Int
}

/// What is reported when everything is over, or as soon as the critical suite has failed.
struct Report: Codable {
    var verdict: String
    var passed: [String]
    var failures: [String]
    var stopped = 0
    var stillRunning = 0
}

/// Four suites side by side. Without authentication nothing else can be believed: its failure ends the run.
enum Suites {
    static let auth = TickerFunction<Int, TestResult>("AuthTests")
    static let api = TickerFunction<Int, TestResult>("ApiTests")
    /// These two share the only browser.
    static let checkout = TickerFunction<Int, TestResult>("CheckoutTests", options: TickerOptions(queue: "browser"))
    static let search = TickerFunction<Int, TestResult>("SearchTests", options: TickerOptions(queue: "browser"))
    static let report = TickerFunction<Void, Report>("Report")

    static let all = [auth, api, checkout, search]
    static let options = SchedulerOptions(maxConcurrent: 8, queues: ["browser": 1])

    static func workflow() -> (Workflow, report: WorkflowStep<Report>) {
        // snippet: test-suite
        var graph = Workflow("integration")
        let auth = graph.add(Suites.auth, 12)
        let api = graph.add(Suites.api, 80)
        let checkout = graph.add(Suites.checkout, 9)
        let search = graph.add(Suites.search, 7)
        let report = graph.add(
            Suites.report,
            following: [
                auth.when(.onSuccess, onParentFailure: .runNow),  // critical: report at once
                api.when(.onCompletion),  // the others are only reported
                checkout.when(.onCompletion),
                search.when(.onCompletion),
            ]
        )
        // end snippet
        return (graph, report)
    }

    /// - Parameter broken: The suites that fail.
    static func functions(broken: Set<String>) -> FunctionRegistry {
        var functions = FunctionRegistry()
        for suite in all {
            functions.register(suite) { tests, context in
                // Authentication is checked quickly, the others take their time.
                let duration = context.function == auth.name ? 30 : 250
                try await context.clock.sleep(for: .milliseconds(duration))
                if broken.contains(context.function) { throw TestsFailed(suite: context.function, tests: tests) }
                return TestResult(suite: context.function, tests: tests)
            }
        }
        functions.register(report) { context in
            let parents = try await context.parents()
            var report = Report(
                verdict: parents.failures.isEmpty ? "passed" : "failed",
                passed: try all.flatMap { try parents.outputs(of: $0) }.map { "\($0.suite) (\($0.tests))" },
                failures: parents.failures.values.sorted()
            )
            if parents.tickers.contains(where: { $0.function == auth.name && $0.status == .failed }) {
                report.verdict = "aborted"
                report.stopped = try await context.cancelUnstartedParents()
                report.stillRunning = try await context.parents().counts.running
            }
            return report
        }
        return functions
    }
}

struct TestsFailed: Error, CustomStringConvertible {
    let suite: String
    let tests: Int
    var description: String { "1 of \(tests) \(suite) failed" }
}
