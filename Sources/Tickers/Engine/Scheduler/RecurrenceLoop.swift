import Synchronization

/// Creates the occurrences of recurrences when their time has come: asks the store which ones are due, decides what is to be
/// created, and hands the decisions back, which the store carries out unless the recurrence has changed meanwhile.
///
/// Idle while nothing is due: one alarm, set to what comes next.
package final class RecurrenceLoop: Sendable {
    /// Recurrences that are moved on in one transaction.
    private static let batch = 256
    /// Occurrences after which a transaction takes no further recurrence, so that other calls get their turn in a backlog.
    private static let fullStep = 1_000
    private static let storeRecheck = Duration.seconds(1)

    private let intake: Intake
    private let hub: EventHub
    private let alarm: Alarm<Timestamp>
    /// Set while the clock may go back into what was passed over; by monotonic time, since the wall is what may move.
    private let recheckAlarm: Alarm<MonotonicInstant>
    private let recheck: Duration
    private let serving: RecurrenceServing
    /// From when on occurrences are created on time, and since when the store refuses.
    private let watchedSince = Mutex(Timestamp.distantFuture)

    /// - Parameters:
    ///   - alarm: Set by hints of the store as well.
    ///   - recheck: How often the wall is looked at while it may matter that it goes back.
    package init(intake: Intake, hub: EventHub, alarm: Alarm<Timestamp>, recheck: Duration) {
        self.intake = intake
        self.hub = hub
        self.alarm = alarm
        self.recheck = recheck
        let functions = intake.functions
        serving = RecurrenceServing(
            functions: Set(functions.names),
            templates: Set(functions.templates.keys),
            schedules: Set(functions.schedules.names)
        )
        recheckAlarm = Alarm { [clock = intake.clock] in try await clock.sleep(until: $0) }
    }

    /// Works until the task is cancelled.
    package func run() async {
        guard intake.runsEverything else { return }
        watchedSince.withLock { $0 = intake.clock.wall }
        await look()
        await withDiscardingTaskGroup { group in
            group.addTask { await self.recheckAlarm.run { self.alarm.arm(.distantPast) } }
            await alarm.run { await self.look() }
        }
    }

    /// Moves on what is due, until nothing is.
    private func look() async {
        do {
            while true {
                let now = intake.clock.wall
                let due = try await intake.store.dueRecurrences(for: serving, limit: Self.batch, now: now)
                if due.records.isEmpty {
                    if let next = due.next, next > now { alarm.arm(next) }
                    if due.mayComeAgain { recheckAlarm.arm(intake.clock.monotonic.advanced(by: recheck)) }
                    return
                }
                var steps: [RecurrenceStep] = []
                var created = 0
                for record in due.records where created < Self.fullStep {
                    steps.append(try step(of: record, now: now))
                    created += steps.last?.created.count ?? 0
                }
                _ = try await intake.store.advanceRecurrences(steps, now: now)
            }
        } catch let error as TickerError where error.code == .shutDown {
            // What has come is left as it is, for the scheduler that comes next.
        } catch {
            hub.happened([.storeFailed("\(error)")])
            alarm.arm(intake.clock.wall.advanced(by: Self.storeRecheck))
        }
    }

    /// Decides about one recurrence whose time has come.
    ///
    /// - Throws: `shutDown`; what a template throws becomes the recurrence's problem.
    private func step(of record: RecurrenceRecord, now: Timestamp) throws -> RecurrenceStep {
        let since = watchedSince.withLock { since in
            // A clock that has gone back behind its beginning is watched from there.
            since = min(since, now)
            return since
        }
        let rule = record.definition.rule.bound(to: intake.functions.schedules)
        var step = RecurrenceStep(of: record)
        var planned: [PlannedOccurrence] = []
        if let waiting = record.waiting, record.unfinished.isEmpty {
            planned.append(waiting)
            step.takesWaiting = true
        }
        let plan = step.cursor.timePassed(
            to: now,
            rule: rule,
            missed: record.definition.missed,
            watchedSince: since
        )
        planned += plan.occurrences
        step.passedOver = plan.passedOver
        step.next = plan.next
        for occurrence in planned { try create(occurrence, of: record, rule, in: &step) }
        return step
    }

    private func create(
        _ planned: PlannedOccurrence,
        of record: RecurrenceRecord,
        _ rule: RecurrenceRule,
        in step: inout RecurrenceStep
    ) throws {
        let occurrence = Occurrence(name: record.name, instant: planned.instant, missed: planned.missed)
        do {
            let workflow = try intake.workflow(of: occurrence, record.definition, rule)
            step.created.append(RecurrenceStep.Created(planned: planned, workflow: workflow))
        } catch let error as TickerError where error.code == .shutDown {
            throw error
        } catch {
            step.problem = "\(error)"
            hub.happened([.occurrenceFailed(occurrence, "\(error)")])
        }
    }
}

extension Intake {
    /// What an occurrence runs, checked and in the store's form.
    package func workflow(
        of occurrence: Occurrence,
        _ definition: RecurrenceDefinition,
        _ rule: RecurrenceRule
    ) throws -> NewWorkflow {
        var workflow: NewWorkflow
        switch definition.target {
        case .function(let function):
            let input = function.input.map { Payload(.encoded($0)) } ?? .nothing
            workflow = NewWorkflow(tickers: [NewTicker(spec: function.spec, input: .payload(input), due: .now)])
        case .workflow(let name):
            guard let make = functions.templates[name] else {
                throw TickerError(.unregisteredFunction, "No workflow template is registered as \"\(name)\".")
            }
            workflow = try make(occurrence)
        }
        workflow.options.occurrence = occurrence
        let later = rule.delay(of: occurrence.instant, named: occurrence.name)
        if later > .zero { workflow.delayRoots(until: occurrence.instant.advanced(by: later)) }
        return try checked(workflow)
    }
}

extension NewWorkflow {
    /// Has the tickers without parents wait for an instant, or for their own where that is later.
    fileprivate mutating func delayRoots(until instant: Timestamp) {
        let children = Set(edges.map(\.child))
        for position in tickers.indices where !children.contains(position) {
            let due = tickers[position].due
            var later = TickerDue.at(max(due.instant ?? .distantPast, instant))
            if let delay = due.delay { later = later.after(delay) }
            tickers[position].due = later
        }
    }
}
