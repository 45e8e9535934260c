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
    private let wake: RecurrenceWake
    private let serving: RecurrenceServing
    /// From when on occurrences are created on time, and since when the store refuses.
    private let watchedSince = Mutex(Timestamp.distantFuture)

    /// - Parameter wake: Set by hints of the store as well.
    package init(intake: Intake, hub: EventHub, wake: RecurrenceWake) {
        self.intake = intake
        self.hub = hub
        self.wake = wake
        let functions = intake.functions
        serving = RecurrenceServing(
            functions: Set(functions.names),
            templates: Set(functions.templates.keys),
            schedules: Set(functions.schedules.names)
        )
    }

    /// Works until the task is cancelled.
    package func run() async {
        guard intake.runsEverything else { return }
        watchedSince.withLock { $0 = intake.clock.wall }
        await look()
        await withDiscardingTaskGroup { group in
            group.addTask { await self.wake.watchClock() }
            await wake.alarm.run { await self.look() }
        }
    }

    /// Moves on what is due, until nothing is.
    private func look() async {
        do {
            while true {
                let now = intake.clock.wall
                let due = try await intake.store.dueRecurrences(for: serving, limit: Self.batch, now: now)
                if due.hasRecurrences { wake.bell.ring(.work) }
                if due.records.isEmpty {
                    if let next = due.next, next > now { wake.alarm.arm(next) }
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
            wake.alarm.arm(intake.clock.wall.advanced(by: Self.storeRecheck))
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
            step.failed(planned, because: "\(error)")
            hub.happened([.occurrenceFailed(occurrence, "\(error)")])
        }
    }
}

/// What wakes the loop: the time of a recurrence, and a wall that is set back, for what it has shown before is not to come
/// for long then.
package struct RecurrenceWake: Sendable {
    fileprivate let alarm: Alarm<Timestamp>
    /// Rung while there are recurrences, and so a clock that matters.
    fileprivate let bell = Bell()
    private let clock: any TickerClock
    private let recheck: Duration

    /// - Parameter recheck: Within what time it is noticed that the wall was set.
    package init(clock: any TickerClock, recheck: Duration) {
        alarm = Alarm { try await clock.sleep(untilWall: $0, recheck: recheck) }
        self.clock = clock
        self.recheck = recheck
    }

    /// The store has one that comes then.
    package func recurs(at instant: Timestamp) {
        alarm.arm(instant)
        bell.ring(.work)
    }

    fileprivate func watchClock() async {
        await withTaskCancellationHandler {
            while await bell.wait(forWork: true) {
                // The only error is that of cancellation.
                do { try await clock.sleepUntilSetBack(recheck: recheck) } catch { return }
                alarm.arm(.distantPast)
            }
        } onCancel: {
            bell.close()
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
