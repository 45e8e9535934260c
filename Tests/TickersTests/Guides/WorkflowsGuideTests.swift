import Testing
import Tickers
import TickersTesting

@Suite("The guide to workflows")
struct WorkflowsGuideTests {
    typealias Etl = WorkflowsGuide.Etl
    typealias Release = WorkflowsGuide.Release
    typealias Mirror = WorkflowsGuide.Mirror

    private let journal = Journal()
    private static let goodDay = "2026-02-27"
    private static let badDay = "2026-02-30"

    private var functions: FunctionRegistry {
        var functions = FunctionRegistry()
        functions.register(Etl.extract) { day, _ in
            guard day != Self.badDay else { throw WorkflowsGuide.Missing() }
            return WorkflowsGuide.Extract(day: day, rows: 7)
        }
        functions.register(Etl.alarm) { [journal] failure, _ in journal.note("\(failure)") }
        functions.register(Etl.summarise) { extract, _ in "\(extract.rows) rows" }
        functions.register(Etl.prune) { [journal] _ in journal.note("pruned") }
        functions.register(Etl.users) { extract, _ in extract.rows }
        functions.register(Etl.sales) { extract, context in
            guard context.tags != ["closed"] else { throw WorkflowsGuide.Missing() }
            return extract.rows * 10
        }
        functions.register(Etl.convert) { sales, _ in sales * 2 }
        WorkflowsGuide.registerReport(in: &functions)
        WorkflowsGuide.registerPack(in: &functions, journal: journal)
        for function in [Etl.check, Etl.page, Etl.watch, Etl.archive, Etl.mail] {
            functions.register(function) { [journal] text, context in journal.note("\(context.function): \(text)") }
        }
        registerRest(in: &functions)
        return functions
    }

    private func registerRest(in functions: inout FunctionRegistry) {
        functions.register(Release.build) { tag, _ in tag }
        functions.register(Release.test) { _, _ in 80 }
        functions.register(Release.docs) { tag, _ in
            guard tag != "undocumented" else { throw WorkflowsGuide.Missing() }
            return tag
        }
        functions.register(Release.deploy) { tag, context in
            if tag == "slow" { try await context.clock.sleep(for: .seconds(60)) }
            return "https://\(tag).example.com"
        }
        functions.register(Release.rollBack) { _, _ in }
        functions.register(Mirror.ask) { seconds, context in
            try await context.clock.sleep(for: .seconds(seconds))
            guard seconds != 20 else { throw WorkflowsGuide.Missing() }
            return seconds
        }
        for function in [Mirror.first, Mirror.quorum, Mirror.told, Mirror.strict, Mirror.why] {
            functions.register(function) { _ in }
        }
        functions.register(WorkflowsGuide.Sales.count) { shop, _ in shop.count }
        functions.register(WorkflowsGuide.Sales.addUp) { counts, _ in counts.reduce(0) { $0 * 10 + $1 } }
        functions.register(WorkflowsGuide.Sales.publish) { _, _ in }
        typealias Course = WorkflowsGuide.Course
        for function in [Course.enrol, Course.welcome, Course.lesson, Course.survey] {
            functions.register(function) { _, _ in }
        }
    }

    @Test("lone tickers and continuations: one workflow, by condition, judged at once when the parent has ended")
    func following() async throws {
        try await virtually(functions) { scheduler, clock in
            let morning = clock.wall.advanced(by: .seconds(3_600))
            let run = try await WorkflowsGuide.following(scheduler, day: Self.goodDay, morning: morning)
            #expect([run.check.workflowID, run.page.workflowID] == [run.extract.workflowID, run.extract.workflowID])
            let summary = try await scheduler.ended(run.extract.workflowID)
            #expect(summary.tickers.map(\.status) == [.succeeded, .succeeded, .skipped])
            #expect(summary.tickers.map(\.startedAt) == [morning, morning, nil])
            let late = try await scheduler.schedule(Etl.mail, "late", following: run.extract)
            #expect(try await scheduler.ended(late).startedAt == morning)
            await expectError(.parentEnded) {
                try await scheduler.schedule(Etl.mail, "late", following: run.extract.when(.onFailure))
            }
            let again = try await scheduler.workflow(run.extract.workflowID)
            #expect(again?.tickers.count == 4)
        }
    }

    @Test("a chain: what hangs on a step stays there, `then` goes on, closures build below")
    func chain() async throws {
        try await virtually(seeds: 0..<1, functions) { scheduler, clock in
            let run = try await WorkflowsGuide.chains(scheduler, day: Self.goodDay)[0]
            let summary = try await scheduler.ended(run)
            #expect(summary.name == "nightly 2026-02-27")
            #expect(summary.tickers.map(\.status) == [.succeeded, .skipped] + Array(repeating: .succeeded, count: 5))
            #expect(clock.elapsed == .seconds(3_600))
            let failed = try await scheduler.ended(WorkflowsGuide.chains(scheduler, day: Self.badDay)[0])
            #expect(failed.status == .recovered)
            #expect(failed.tickers.map(\.status).prefix(3) == [.failed, .succeeded, .succeeded])
            #expect(failed.tickers.map(\.status).dropFirst(3).allSatisfy { $0 == .skipped })
        }
        #expect(journal.lines.contains("MailReport: 7 rows"))
        #expect(journal.lines.contains("Extract failed after 1 attempt: no such page"))
    }

    @Test("a fan: its ends are joined, and the join reads its parents")
    func fan() async throws {
        try await virtually(functions) { scheduler, _ in
            let run = try await WorkflowsGuide.chains(scheduler, day: Self.goodDay)[1]
            let summary = try await scheduler.ended(run)
            #expect(summary.status == .succeeded)
            let names = summary.tickers[4].parents.map { parent in
                summary.tickers.first { $0.id == parent.id }?.function
            }
            #expect(names == ["LoadUsers", "ConvertCurrencies"])
            let report = try #require(run.handle(of: Etl.report))
            #expect(try await scheduler.output(of: report) == "2026-02-27: 7 users, 140 sales, 2 of 2 loaded")
        }
        #expect(journal.lines.contains("MailReport: 2026-02-27: 7 users, 140 sales, 2 of 2 loaded"))
    }

    @Test("a join that runs though a parent failed sees the failure; asking for what is not there throws")
    func failedParents() async throws {
        try await virtually(functions) { scheduler, _ in
            var plan = Workflow("sales are missing")
            let extract = plan.add(Etl.extract, Self.goodDay)
            let users = plan.add(Etl.users, taking: extract)
            let sales = plan.add(Etl.sales, taking: extract, options: TickerOptions(tags: ["closed"]))
            let report = plan.add(Etl.report, Self.goodDay, following: [users, sales.when(.onCompletion)])
            let run = try await scheduler.schedule(plan)
            #expect(try await scheduler.output(of: run[report]) == "2026-02-27: 7 users, sales are missing")
            var other = Workflow("users are missing")
            let check = other.add(Etl.check, Self.goodDay)
            let alone = other.add(Etl.report, Self.goodDay, following: check)
            let second = try await scheduler.schedule(other)
            let failure = try await scheduler.ended(second[alone]).failure
            #expect(failure?.message.hasPrefix("notAParent") == true)
        }
    }

    @Test("any graph: conditions per edge, outputs by step, and how it is drawn")
    func graph() async throws {
        try await virtually(seeds: 0..<1, functions) { scheduler, _ in
            let release = try await WorkflowsGuide.release(scheduler, tag: "undocumented")
            #expect(release.address == "https://undocumented.example.com")
            let look = try await WorkflowsGuide.look(scheduler, at: release.run, cancelling: release.deploy)
            #expect(look.status == .recovered)
            #expect(look.failed?.map(\.function) == ["WriteDocs"])
            #expect(look.answer == .alreadyEnded)
            #expect(look.rest == (0, 0))
            let guide = try Guide("Workflows")
            guide.shows(try #require(look.drawings[1]), as: "mermaid")
            #expect(
                look.drawings[0] == """
                    Build succeeded
                    ├─ Test succeeded
                    │  └─ Deploy succeeded (also after WriteDocs)
                    │     └─ onFailure: RollBack skipped (Deploy succeeded)
                    └─ WriteDocs failed (no such page)
                    """
            )
        }
    }

    @Test("cancelling: before the start, while it runs, and after the end; a step, and the rest")
    func cancelling() async throws {
        try await virtually(functions) { scheduler, clock in
            var plan = Workflow("slow")
            let build = plan.add(Release.build, "slow", due: .after(.seconds(5)))
            let deploy = plan.add(Release.deploy, "slow", following: build)
            plan.add(Release.docs, "slow", following: deploy.when(.onCancelled))
            let waiting = try await scheduler.schedule(plan)
            let first = try await WorkflowsGuide.look(scheduler, at: waiting, cancelling: waiting[deploy])
            #expect(first.status == .running)
            #expect(first.answer == .cancelled)
            // The step that runs on cancellation has been released: it is cancelled with the rest, or asked if it runs.
            #expect(first.rest.cancelled + first.rest.requested == 2)
            let running = try await scheduler.schedule(plan)
            try await clock.sleep(for: .seconds(10))
            let second = try await WorkflowsGuide.look(scheduler, at: running, cancelling: running[deploy])
            #expect(second.answer == .requested)
            #expect(second.rest == (1, 1))
            #expect(try await scheduler.ended(running).status == .cancelled)
        }
    }

    @Test("joins: any, at least, and what a failure does on each kind of edge")
    func joins() async throws {
        try await virtually(functions) { scheduler, clock in
            let joins = WorkflowsGuide.joins()
            let start = clock.wall
            let run = try await scheduler.schedule(joins.plan)
            _ = try await scheduler.ended(run)
            func started(_ step: WorkflowStep<Void>) async throws -> Duration? {
                try await scheduler.status(of: run[step])?.startedAt?.since(start)
            }
            #expect(try await started(joins.first) == .seconds(10))
            #expect(try await started(joins.quorum) == .seconds(30))
            #expect(try await started(joins.told) == .seconds(20))
            #expect(try await started(joins.strict) == nil)
            #expect(try await started(joins.why) == .seconds(20))
            let strict = try await scheduler.ended(run[joins.strict])
            #expect(strict.status == .failed)
            #expect(strict.failure?.kind == .parentFailed)
            #expect(strict.failure?.message == "no such page")
            #expect(strict.failure?.ticker == run[joins.mirrors[1]].id)
        }
    }

    @Test("time and condition: due at the latest of instant, release, and release plus delay")
    func times() async throws {
        try await virtually(functions) { scheduler, clock in
            let start = clock.wall
            for (monday, starts) in [(100_000, [0, 3_600, 100_000, 107_200]), (1_000, [0, 3_600, 3_600, 10_800])] {
                let began = clock.wall.since(start)
                let plan = WorkflowsGuide.times(student: "Ada", monday: clock.wall.advanced(by: .seconds(monday)))
                let summary = try await scheduler.ended(scheduler.schedule(plan))
                let seen = summary.tickers.map { $0.startedAt?.since(start) }
                #expect(seen == starts.map { began + .seconds($0) })
            }
        }
    }

    @Test("outputs joined as an array, in the order of the steps")
    func taking() async throws {
        try await virtually(functions, stores: StoreKind.encoding) { scheduler, _ in
            let (totals, sum) = WorkflowsGuide.totals(shops: ["a", "bb", "ccc"])
            let run = try await scheduler.schedule(totals)
            #expect(try await scheduler.output(of: run[sum]) == 123)
            #expect(try await scheduler.output(of: run[sum].id, as: WorkflowsGuide.Sales.addUp) == 123)
        }
    }

    @Test("children of a handler belong to the attempt; withdrawn ones stay visible")
    func children() async throws {
        try await virtually(seeds: 0..<1, functions) { scheduler, _ in
            let pack = try await scheduler.schedule(WorkflowsGuide.Shop.pack, "42")
            let summary = try await scheduler.ended(pack.workflowID)
            #expect(summary.status == .succeeded)
            #expect(summary.tickers[1].reason == .withdrawn(pack.id))
            try Guide("Workflows").shows(summary.tree())
        }
        #expect(journal.lines.filter { $0.hasPrefix("Wrap") } == ["Wrap 42"])
        #expect(journal.lines.filter { $0.hasPrefix("Film") } == ["Film 42"])
    }

    @Test("options of a workflow: the one that holds the key comes back, and the deadline is kept with it")
    func options() async throws {
        try await virtually(functions) { scheduler, _ in
            let plan = WorkflowsGuide.options(day: Self.goodDay)
            let run = try await scheduler.schedule(plan)
            let same = try await scheduler.schedule(WorkflowsGuide.options(day: Self.goodDay))
            #expect(same == run && same.isExisting)
            let summary = try await scheduler.ended(run)
            #expect(summary.deadline == summary.createdAt.advanced(by: .seconds(7_200)))
            let next = try await scheduler.schedule(plan)
            #expect(next != run)
        }
    }

    @Test("the table of run conditions is that of the rules, cell by cell")
    func conditions() throws {
        let rows = try Guide("Workflows").table("condition")
        let phases: [ParentPhase] = [
            .started, .succeeded, .failed, .cancelledAfterStart, .cancelledBeforeStart, .skipped,
        ]
        let words: [EdgeVerdict: String] = [.wait: "waits", .run: "runs", .never: "skipped"]
        let expected = RunCondition.allCases.map { condition in
            [condition.description] + phases.map { words[condition.verdict(for: $0)] ?? "?" }
        }
        #expect(Array(rows.dropFirst(2)) == expected)
    }
}
