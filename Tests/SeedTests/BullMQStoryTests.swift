import Testing
import Tickers
import TickersTesting

@Suite("BullMQ: the three stories")
struct BullMQStoryTests {
    private struct Upload: Codable { var server: String, seconds: Int, isBroken = false }
    private struct File: Codable { var url: String }
    private static let upload = TickerFunction<Upload, File>(
        "UploadToServer",
        options: TickerOptions(queue: "file-uploads")
    )
    private static let batch = TickerFunction<String, String>("UploadBatch", options: TickerOptions(queue: "uploads"))

    @Test("B14 Upload batch: one upload fails, the rest is cancelled, what was uploaded is deleted, the batch fails")
    func uploadBatch() async {
        await play { scheduler, stage in
            func batch(_ servers: [Upload]) -> (Workflow, WorkflowStep<String>) {
                var graph = Workflow("upload-batch")
                let edges = servers.map { server in
                    let due = TickerDue.after(.seconds(server.server == "server-3" ? 60 : 0))
                    return graph.add(Self.upload, server, due: due).when(.onSuccess, onParentFailure: .runNow)
                }
                let join = graph.add(Self.batch, "123", following: edges)
                return (graph, join)
            }
            let (bad, badJoin) = batch([
                Upload(server: "server-1", seconds: 1), Upload(server: "server-2", seconds: 5, isBroken: true),
                Upload(server: "server-3", seconds: 1),
            ])
            let run = try await scheduler.schedule(bad)
            let summary = try await scheduler.ended(run)
            #expect(summary.tickers.map(\.status) == [.succeeded, .failed, .cancelled, .failed])
            #expect(try await scheduler.status(of: run[badJoin])?.failure?.message == "Upload batch failed")
            #expect(stage.journal.lines == ["upload server-1", "delete file://server-1"])
            #expect(stage.elapsed == .seconds(5))
            let (good, join) = batch((1...3).map { Upload(server: "server-\($0)", seconds: 1) })
            let second = try await scheduler.schedule(good)
            #expect(try await scheduler.output(of: second[join]) == "batch 123 of 3 files")
            #expect(try await scheduler.workflow(second)?.status == .succeeded)
        } register: { functions, journal in
            functions.register(Self.upload) { upload, context in
                try await context.clock.sleep(for: .seconds(upload.seconds))
                if upload.isBroken { throw Broken("Upload failed") }
                journal.note("upload \(upload.server)", context)
                return File(url: "file://\(upload.server)")
            }
            functions.register(Self.batch) { batch, context in
                let parents = try await context.parents()
                let files = try parents.outputs(of: Self.upload)
                guard !parents.failures.isEmpty else { return "batch \(batch) of \(files.count) files" }
                try await context.cancelUnstartedParents()
                for file in files { journal.note("delete \(file.url)", context) }
                throw Broken("Upload batch failed")
            }
        }
    }

    private struct Report: Codable, Equatable { var status: String, failed: [String], passed: [String] }
    private static let suite = TickerFunction<Job, String>("RunTests", options: TickerOptions(queue: "test-runner"))
    private static let report = TickerFunction<Void, Report>("Report", options: TickerOptions(queue: "test-results"))

    /// Authentication is critical; the others are not.
    private static func suiteRun(authBroken: Bool, apiBroken: Bool) -> (Workflow, WorkflowStep<Report>) {
        var graph = Workflow("test-suite")
        let auth = graph.add(Self.suite, Job("auth", seconds: 5, failures: authBroken ? Job.always : 0))
        let api = graph.add(Self.suite, Job("api", seconds: 2, failures: apiBroken ? Job.always : 0))
        let interface = graph.add(Self.suite, "ui", due: .after(.seconds(10)))
        let edges = [
            auth.when(.onSuccess, onParentFailure: .runNow), api.when(.onCompletion), interface.when(.onCompletion),
        ]
        let join = graph.add(Self.report, following: edges)
        return (graph, join)
    }

    @Test("B14 Test suite: a critical failure stops what has not started; others are only reported")
    func criticalFailure() async {
        await play { scheduler, stage in
            let (critical, aborted) = Self.suiteRun(authBroken: true, apiBroken: false)
            var run = try await scheduler.schedule(critical)
            let report = try await scheduler.output(of: run[aborted])
            #expect(report == Report(status: "failed", failed: ["auth is broken"], passed: ["api"]))
            #expect(try await stage.statuses(run) == [.failed, .succeeded, .cancelled, .succeeded])
            #expect(stage.elapsed == .seconds(5))
            let (harmless, complete) = Self.suiteRun(authBroken: false, apiBroken: true)
            run = try await scheduler.schedule(harmless)
            let second = try await scheduler.output(of: run[complete])
            #expect(second == Report(status: "failed", failed: ["api is broken"], passed: ["auth", "ui"]))
            let (fine, all) = Self.suiteRun(authBroken: false, apiBroken: false)
            run = try await scheduler.schedule(fine)
            let third = try await scheduler.output(of: run[all])
            #expect(third == Report(status: "passed", failed: [], passed: ["auth", "api", "ui"]))
        } register: { functions, _ in
            functions.register(Self.suite) { job, context in
                try await context.clock.sleep(for: .seconds(job.seconds))
                if job.failures > 0 { throw Broken("\(job.name) is broken") }
                return job.name
            }
            functions.register(Self.report) { context in
                let parents = try await context.parents()
                let passed = try parents.outputs(of: Self.suite)
                guard !parents.failures.isEmpty else { return Report(status: "passed", failed: [], passed: passed) }
                try await context.cancelUnstartedParents()
                return Report(status: "failed", failed: Array(parents.failures.values), passed: passed)
            }
        }
    }

    private struct Deployment: Codable { var region: String, seconds: Int, isBroken = false }
    private static let deploy = TickerFunction<Deployment, String>(
        "DeployRegion",
        options: TickerOptions(queue: "deploy-region")
    )
    private static let global = TickerFunction<String, String>("DeployGlobal")

    @Test("B14 Multi-region deploy: one region fails, what waits is cancelled, what was deployed is rolled back")
    func deploy() async {
        let regions = ["us-east-1", "eu-west-1", "ap-south-1"]
        await play { scheduler, stage in
            func plan(broken: String?) -> (Workflow, [WorkflowStep<String>], WorkflowStep<String>) {
                var graph = Workflow("deploy-global")
                let steps = regions.enumerated().map { number, region in
                    let deployment = Deployment(region: region, seconds: 10, isBroken: region == broken)
                    return graph.add(Self.deploy, deployment, due: .after(.seconds(60 * number)))
                }
                let edges = steps.map { $0.when(.onSuccess, onParentFailure: .runNow) }
                let join = graph.add(Self.global, "v2.0.0", following: edges)
                return (graph, steps, join)
            }
            let (bad, steps, badJoin) = plan(broken: "eu-west-1")
            let run = try await scheduler.schedule(bad)
            let summary = try await scheduler.ended(run)
            #expect(summary.tickers.map(\.status) == [.succeeded, .failed, .cancelled, .failed])
            let message = try await scheduler.status(of: run[badJoin])?.failure?.message
            #expect(message == "Deployment failed in: \(run[steps[1]].id)")
            #expect(stage.journal.lines == ["deploy us-east-1", "roll back us-east-1"])
            #expect(stage.elapsed == .seconds(70))
            let (good, _, join) = plan(broken: nil)
            let second = try await scheduler.schedule(good)
            #expect(try await scheduler.output(of: second[join]) == "v2.0.0 in 3 regions")
        } register: { functions, journal in
            functions.register(Self.deploy) { deployment, context in
                try await context.clock.sleep(for: .seconds(deployment.seconds))
                if deployment.isBroken { throw Broken("no capacity") }
                journal.note("deploy \(deployment.region)", context)
                return deployment.region
            }
            functions.register(Self.global) { version, context in
                let parents = try await context.parents()
                let deployed = try parents.outputs(of: Self.deploy)
                guard !parents.failures.isEmpty else { return "\(version) in \(deployed.count) regions" }
                try await context.cancelUnstartedParents()
                for region in deployed { journal.note("roll back \(region)", context) }
                let failed = parents.failures.keys.map(\.description).joined(separator: ", ")
                throw Broken("Deployment failed in: \(failed)")
            }
        }
    }
}
