import Tickers

/// What the guide to workflows shows: compiled here, run by ``WorkflowsGuideTests``.
///
/// The marked regions are quoted by the guide, so they are written to be read without their surroundings.
enum WorkflowsGuide {
    struct Extract: Codable, Sendable, Hashable {
        var day: String
        var rows: Int
    }

    struct Missing: Error, CustomStringConvertible {
        var description: String { "no such page" }
    }

    enum Etl {
        static let extract = TickerFunction<String, Extract>("Extract")
        static let check = TickerFunction<String, Void>("Check")
        static let page = TickerFunction<String, Void>("PageSomeone")
        static let watch = TickerFunction<String, Void>("Watch")
        static let alarm = TickerFunction<TickerFailure, Void>("RaiseAlarm")
        static let archive = TickerFunction<String, Void>("Archive")
        static let prune = TickerFunction<Void, Void>("PruneArchive")
        static let summarise = TickerFunction<Extract, String>("Summarise")
        static let users = TickerFunction<Extract, Int>("LoadUsers")
        static let sales = TickerFunction<Extract, Int>("LoadSales")
        static let convert = TickerFunction<Int, Int>("ConvertCurrencies")
        static let report = TickerFunction<String, String>("WriteReport")
        static let mail = TickerFunction<String, Void>("MailReport")
    }

    enum Release {
        static let build = TickerFunction<String, String>("Build")
        static let test = TickerFunction<String, Int>("Test")
        static let docs = TickerFunction<String, String>("WriteDocs")
        static let deploy = TickerFunction<String, String>("Deploy")
        static let rollBack = TickerFunction<String, Void>("RollBack")
    }

    enum Mirror {
        static let ask = TickerFunction<Int, Int>("AskMirror")
        static let first = TickerFunction<Void, Void>("UseFirst")
        static let quorum = TickerFunction<Void, Void>("Agree")
        static let told = TickerFunction<Void, Void>("HearOfFailure")
        static let strict = TickerFunction<Void, Void>("Seal")
        static let why = TickerFunction<Void, Void>("SayWhy")
    }

    enum Sales {
        static let count = TickerFunction<String, Int>("CountSales")
        static let addUp = TickerFunction<[Int], Int>("AddUp")
        static let publish = TickerFunction<Int, Void>("PublishTotal")
    }

    enum Course {
        static let enrol = TickerFunction<String, Void>("Enrol")
        static let welcome = TickerFunction<String, Void>("Welcome")
        static let lesson = TickerFunction<String, Void>("FirstLesson")
        static let survey = TickerFunction<String, Void>("Survey")
    }

    enum Shop {
        static let pack = TickerFunction<String, Void>(
            "Pack",
            options: TickerOptions(retry: .fixed(maxAttempts: 3, every: .seconds(60)))
        )
        static let wrap = TickerFunction<String, Void>("Wrap")
        static let tell = TickerFunction<String, Void>("TellCustomer")
        static let film = TickerFunction<String, Void>("Film")
    }
}

extension WorkflowsGuide {
    typealias Followed = (extract: TickerHandle<Extract>, check: TickerHandle<Void>, page: TickerHandle<Void>)

    static func following(_ scheduler: Scheduler, day: String, morning: Timestamp) async throws -> Followed {
        // snippet: guide-following
        let extract = try await scheduler.schedule(Etl.extract, day, due: .at(morning))  // a workflow of one
        let check = try await scheduler.schedule(Etl.check, day, following: extract)  // after its success
        let page = try await scheduler.schedule(Etl.page, day, following: extract.when(.onFailure))
        // end snippet
        return (extract, check, page)
    }

    static func chains(_ scheduler: Scheduler, day: String) async throws -> [WorkflowHandle] {
        // snippet: guide-chain
        let nightly = Workflow.begin(with: Etl.extract, day)
            .onFailure(Etl.alarm)  // if extract fails for good; takes its TickerFailure
            .inProgress(Etl.watch, day)  // beside extract, from its start
            .child(Etl.archive, day) { archive in  // after extract; the closure builds on archive
                archive.then(Etl.prune, due: .after(.seconds(3_600)))
            }
            .then(Etl.summarise)  // after extract, with its output; from here on the chain stands on summarise
            .then(Etl.mail)  // takes the text that summarise returned
            .build(name: "nightly \(day)")
        let run = try await scheduler.schedule(nightly)  // stores all of it, or throws and stores nothing

        let report = Workflow.begin(with: Etl.extract, day)
            .fanOut {
                $0.child(Etl.users)  // takes what extract returned
                    .child(Etl.sales) { $0.then(Etl.convert) }  // this end of the fan is convert
            }
            .join(Etl.report, day)  // after users and convert
            .then(Etl.mail)
            .build()
        // end snippet
        return [run, try await scheduler.schedule(report)]
    }

    typealias Released = (run: WorkflowHandle, deploy: TickerHandle<String>, address: String)

    static func release(_ scheduler: Scheduler, tag: String) async throws -> Released {
        // snippet: guide-graph
        var release = Workflow("release")
        let build = release.add(Release.build, tag)
        let test = release.add(Release.test, tag, following: build)
        let docs = release.add(Release.docs, tag, following: build)
        let deploy = release.add(Release.deploy, tag, following: [test, docs.when(.onCompletion)])
        release.add(Release.rollBack, tag, following: deploy.when(.onFailure))
        let run = try await scheduler.schedule(release)
        let address = try await scheduler.output(of: run[deploy])  // String: the step knows its type
        // end snippet
        return (run, run[deploy], address)
    }

    /// The joins over three mirrors that answer after 10, 20 and 30 seconds.
    struct Joins {
        let plan: Workflow
        let first, quorum, told, strict, why: WorkflowStep<Void>
        let mirrors: [WorkflowStep<Int>]
    }

    static func joins() -> Joins {
        var plan = Workflow("mirrors")
        let mirrors = [10, 20, 30].map { plan.add(Mirror.ask, $0) }
        // snippet: guide-joins
        let first = plan.add(Mirror.first, following: mirrors, join: .any)
        let quorum = plan.add(Mirror.quorum, following: mirrors, join: .atLeast(2))
        let told = plan.add(Mirror.told, following: mirrors.map { $0.when(.onSuccess, onParentFailure: .runNow) })
        let strict = plan.add(Mirror.strict, following: mirrors.map { $0.when(.onSuccess, onParentFailure: .fail) })
        let why = plan.add(Mirror.why, following: strict.when(.onFailure))
        // end snippet
        return Joins(plan: plan, first: first, quorum: quorum, told: told, strict: strict, why: why, mirrors: mirrors)
    }

    static func times(student: String, monday: Timestamp) -> Workflow {
        Workflow.begin(with: Course.enrol, student)
            // snippet: guide-times
            .then(Course.welcome, student, due: .after(.seconds(3_600)))  // an hour after enrol succeeded
            .then(Course.lesson, student, due: .at(monday))  // on Monday, or after welcome if that comes later
            .then(Course.survey, student, due: .at(monday).after(.seconds(7_200)))  // on Monday, and 2 h after lesson
            // end snippet
            .build()
    }

    static func totals(shops: [String]) -> (Workflow, WorkflowStep<Int>) {
        // snippet: guide-taking
        var totals = Workflow("totals")
        let counts = shops.map { totals.add(Sales.count, $0) }  // [WorkflowStep<Int>]
        let sum = totals.add(Sales.addUp, taking: counts)  // addUp takes [Int], in the order of shops
        totals.add(Sales.publish, taking: sum)  // publish takes Int
        // end snippet
        return (totals, sum)
    }

    static func registerReport(in functions: inout FunctionRegistry) {
        // snippet: guide-parents
        functions.register(Etl.report) { day, context in
            let users = try await context.output(of: Etl.users)  // Int; throws noOutput unless it succeeded
            let parents = try await context.parents()
            guard parents.failures.isEmpty else {  // [TickerID: String], the messages
                return "\(day): \(users) users, sales are missing"
            }
            let sales = try parents.outputs(of: Etl.convert)  // [Int], of those that succeeded
            return "\(day): \(users) users, \(sales[0]) sales, \(parents.counts.succeeded) of 2 loaded"
        }
        // end snippet
    }

    static func registerPack(in functions: inout FunctionRegistry, journal: Journal) {
        // snippet: guide-children
        functions.register(Shop.pack) { order, context in
            try await context.schedule(Shop.wrap, order)  // after this handler has succeeded
            try await context.schedule(Shop.tell, order, when: .onFailure)  // if it fails for good
            if context.attempt == 1 {
                try await context.schedule(Shop.film, order, when: .inProgress)  // now, beside it
            }
            if context.attempt == 1 { throw PaperJam() }
        }
        // end snippet
        for function in [Shop.wrap, Shop.tell, Shop.film] {
            functions.register(function) { order, context in journal.note("\(context.function) \(order)") }
        }
    }

    struct PaperJam: Error {}

    static func options(day: String) -> Workflow {
        let chain = Workflow.begin(with: Etl.extract, day).then(Etl.summarise)
        // snippet: guide-options
        let options = WorkflowOptions(onFailure: .cancelUnstarted, deadline: .after(.seconds(7_200)), unique: "nightly")
        let nightly = chain.build(name: "nightly", options: options)  // or Workflow("nightly", options: options)
        // end snippet
        return nightly
    }

    struct Look: Sendable {
        var status: WorkflowStatus?
        var failed: [Ticker]?
        var drawings: [String?]
        var answer: CancelResult
        var rest: (cancelled: Int, requested: Int)
    }

    static func look(
        _ scheduler: Scheduler,
        at run: WorkflowHandle,
        cancelling deploy: TickerHandle<String>
    ) async throws -> Look {
        // snippet: guide-looking
        let summary = try await scheduler.workflow(run)  // as it stands now; `ended(run)` waits for all its ends
        let status = summary?.status
        let failed = summary?.tickers.filter { $0.status == .failed }  // each with times, attempts, failure, reason
        let drawings = [summary?.tree(), summary?.mermaid()]
        let answer = try await scheduler.cancel(deploy)  // .cancelled, .requested or .alreadyEnded
        let rest = try await scheduler.cancelWorkflow(run)  // whatever has not ended: (cancelled: 3, requested: 1)
        // end snippet
        return Look(status: status, failed: failed, drawings: drawings, answer: answer, rest: rest)
    }
}
