import Testing
import Tickers
import TickersTesting

@Suite("Skips and withdrawals go all the way down, and nowhere else")
struct CascadeTests {
    private static let spec = TickerSpec(function: "Work", options: .inherited)
    private static let step = NewTicker(spec: spec, input: .payload(.nothing), due: .now)

    @Test("a chain of a million is skipped in one go when its root is cancelled")
    func longChain() throws {
        let length = TickerLimits.tickersPerAdd
        let driver = TableDriver()
        var edges: [NewEdge] = []
        edges.reserveCapacity(length)
        for child in 1..<length { edges.append(NewEdge(parent: .step(child - 1), child: child, condition: .onSuccess)) }
        let request = NewWorkflow(tickers: Array(repeating: Self.step, count: length), edges: edges)
        let refs = try driver.table.add(request, now: driver.now)
        let bystander = try driver.add([PlannedStep("Bystander"), PlannedStep("Next", after: [.step(0)])])
        driver.advance()
        #expect(driver.cancel(refs[0]) == .cancelled)

        var wrong = 0
        var parent = driver.id(refs[0])
        for index in 1..<length {
            let row = driver.table[ticker: refs[index]]
            let reason: EndReason = index == 1 ? .parentCancelled(parent) : .parentSkipped(parent)
            if row.state != .skipped || row.reason != reason || row.endedAt != driver.now { wrong += 1 }
            parent = row.id
        }
        #expect(wrong == 0)
        #expect(driver.table.counts.totals == [2, 0, length])
        #expect(bystander.map(driver.state) == [.scheduled, .waiting])
    }

    @Test("100,000 children of one parent are skipped or released, each by its condition")
    func wideFan() throws {
        let width = 100_000
        let driver = TableDriver()
        var edges: [NewEdge] = []
        for child in 1...width {
            let condition: RunCondition = child.isMultiple(of: 2) ? .onSuccess : .onCancelled
            edges.append(NewEdge(parent: .step(0), child: child, condition: condition))
        }
        let request = NewWorkflow(tickers: Array(repeating: Self.step, count: width + 1), edges: edges)
        let refs = try driver.table.add(request, now: driver.now)
        driver.cancel(refs[0])
        let reason = EndReason.parentCancelled(driver.id(refs[0]))
        var wrong = 0
        for child in 1...width {
            let row = driver.table[ticker: refs[child]]
            let isRight =
                child.isMultiple(of: 2) ? row.state == .skipped && row.reason == reason : row.state == .scheduled
            if !isRight { wrong += 1 }
        }
        #expect(wrong == 0)
        #expect(driver.table.counts.totals == [width / 2, 0, width / 2 + 1])
    }

    @Test("a skip goes round through recovery branches and stops where something may still run")
    func branches() throws {
        let driver = TableDriver()
        let refs = try driver.add([
            PlannedStep("Root"),
            PlannedStep("Other"),
            PlannedStep("Skipped", after: [.step(0)]),
            PlannedStep("Always", after: [.step(2, .always)]),
            PlannedStep("Completion", after: [.step(2, .onCompletion)]),
            PlannedStep("Either", after: [.step(2), .step(1)], join: .any),
            PlannedStep("Both", after: [.step(2), .step(1)]),
        ])
        driver.fail(try driver.start("Root"))
        let expected: [TickerState] = [.failed, .scheduled, .skipped, .scheduled, .skipped, .waiting, .skipped]
        #expect(refs.map(driver.state) == expected)
        #expect(driver[refs[2]].reason == .parentFailed(driver.id(refs[0])))
        #expect(driver[refs[4]].reason == .parentSkipped(driver.id(refs[2])))
        #expect(driver[refs[6]].reason == .parentSkipped(driver.id(refs[2])))
    }

    /// A running parent with two attempts, planned and foreign children, and what its handler has added.
    private struct Family {
        let driver = TableDriver()
        let parent: Int32
        let planned: Int32
        let other: Int32
        let late: Int32
        let added: [Int32]
        let run: ClaimedRun

        init(maxAttempts: Int) throws {
            let retry = RetryPolicy.fixed(maxAttempts: maxAttempts, every: .zero)
            let roots = try driver.add([
                PlannedStep("Parent", retry: retry),
                PlannedStep("Planned", after: [.step(0)]),
            ])
            (parent, planned) = (roots[0], roots[1])
            other = try driver.add([PlannedStep("Other")])[0]
            run = try driver.start("Parent")
            let id = driver.id(parent)
            late = try driver.add([PlannedStep("Late", after: [.stored(id)])])[0]
            added = try driver.add(
                [
                    PlannedStep("OnSuccess", after: [.stored(id)]),
                    PlannedStep("OnFailure", after: [.stored(id, .onFailure)]),
                    PlannedStep("Beside", after: [.stored(id, .inProgress)]),
                    PlannedStep("Grandchild", after: [.step(0)]),
                    PlannedStep("Cleanup", after: [.step(0, .always)]),
                    PlannedStep("GreatGrandchild", after: [.step(3, .always)]),
                    PlannedStep("Either", after: [.step(0), .stored(driver.id(other))], join: .any),
                ],
                addedBy: run.lease
            )
            driver.advance()
        }
    }

    enum Repeated: CaseIterable, Sendable { case retry, snooze, interruption }

    @Test("children added by an attempt that is repeated are withdrawn with all below", arguments: Repeated.allCases)
    func withdrawn(_ repeated: Repeated) throws {
        let family = try Family(maxAttempts: 2)
        let parent = family.driver.id(family.parent)
        switch repeated {
        case .retry: family.driver.fail(family.run)
        case .snooze: family.driver.finish(family.run.finished(.snoozed(.zero)))
        case .interruption: family.driver.finish(family.run.finished(.interrupted))
        }
        let driver = family.driver
        let states: [TickerState] = [.skipped, .skipped, .scheduled, .skipped, .skipped, .skipped, .waiting]
        #expect(family.added.map(driver.state) == states)
        for ref in family.added.prefix(2) { #expect(driver[ref].reason == .withdrawn(parent)) }
        let child = driver.id(family.added[0])
        let grandchild = driver.id(family.added[3])
        #expect(driver[family.added[3]].reason == .withdrawn(child))
        #expect(driver[family.added[4]].reason == .withdrawn(child))
        #expect(driver[family.added[5]].reason == .withdrawn(grandchild))
        for ref in family.added where driver.state(ref) == .skipped { #expect(driver[ref].endedAt == driver.now) }
        #expect([family.planned, family.late, family.other].map(driver.state) == [.waiting, .waiting, .scheduled])
    }

    @Test("a repetition adds its own children, and theirs count")
    func addedAgain() throws {
        let family = try Family(maxAttempts: 2)
        family.driver.fail(family.run)
        let second = try family.driver.start("Parent")
        let again = try family.driver.add(
            [PlannedStep("Again", after: [.stored(family.driver.id(family.parent))])],
            addedBy: second.lease
        )
        family.driver.succeed(second)
        #expect(family.driver.state(again[0]) == .scheduled)
        #expect(family.driver.state(family.added[0]) == .skipped)
        #expect(family.driver.state(family.planned) == .scheduled)
    }

    @Test("children added by the attempt that fails for good are judged by their conditions")
    func notWithdrawn() throws {
        let family = try Family(maxAttempts: 1)
        let parent = family.driver.id(family.parent)
        #expect(family.driver.fail(family.run) == .ended(.failed))
        let driver = family.driver
        let states: [TickerState] = [.skipped, .scheduled, .scheduled, .skipped, .scheduled, .scheduled, .waiting]
        #expect(family.added.map(driver.state) == states)
        #expect(driver[family.added[0]].reason == .parentFailed(parent))
        #expect(driver[family.added[3]].reason == .parentSkipped(driver.id(family.added[0])))
        #expect(family.driver.state(family.planned) == .skipped)
        #expect(family.driver.state(family.late) == .skipped)
    }

    @Test("a step that a handler added keeps its own planned children when it is itself repeated")
    func planOfAddedSteps() throws {
        let driver = TableDriver()
        let ref = try driver.add([PlannedStep("Parent")])[0]
        let run = try driver.start("Parent")
        let added = try driver.add(
            [
                PlannedStep("Step", after: [.stored(driver.id(ref))], retry: .fixed(maxAttempts: 2, every: .zero)),
                PlannedStep("Next", after: [.step(0)]),
            ],
            addedBy: run.lease
        )
        driver.succeed(run)
        driver.fail(try driver.start("Step"))
        // "Next" was planned with "Step" and not added by an attempt of it: nothing would add it again.
        #expect(added.map(driver.state) == [.retrying, .waiting])
        driver.succeed(try driver.start("Step"))
        #expect(added.map(driver.state) == [.succeeded, .scheduled])
    }

    @Test("a child belongs to the attempt that added it, not to its other parents")
    func otherParentsRepeat() throws {
        let driver = TableDriver()
        let retry = RetryPolicy.fixed(maxAttempts: 2, every: .zero)
        let parent = try driver.add([PlannedStep("Parent", retry: retry)])[0]
        let other = try driver.add([PlannedStep("Other", retry: retry)])[0]
        let run = try driver.start("Parent")
        let otherRun = try driver.start("Other")
        let parents = [parent, other].map { PlannedParent.stored(driver.id($0)) }
        let child = try driver.add([PlannedStep("Child", after: parents)], addedBy: run.lease)[0]
        driver.fail(otherRun)
        #expect(driver.state(child) == .waiting)
        driver.fail(run)
        #expect(driver.state(child) == .skipped)
        #expect(driver[child].reason == .withdrawn(driver.id(parent)))
    }
}
