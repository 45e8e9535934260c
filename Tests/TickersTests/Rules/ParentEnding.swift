import Testing
import Tickers
import TickersTesting

/// Every way in which a parent's life can decide something, or not, for its children.
enum ParentEnding: CaseIterable, Sendable {
    case succeeded
    case failedAfterLastRetry
    case failedAndRetrying
    case discarded
    case timedOut
    case cancelledBeforeStart
    case cancelledWhileRunning
    case skipped

    /// The function of the parent that ends this way.
    static let parent = "Parent"

    /// The parent's state afterwards.
    var state: TickerState {
        switch self {
        case .succeeded: .succeeded
        case .failedAfterLastRetry, .discarded, .timedOut: .failed
        case .failedAndRetrying: .retrying
        case .cancelledBeforeStart, .cancelledWhileRunning: .cancelled
        case .skipped: .skipped
        }
    }

    /// Why a child that this ending makes impossible was skipped; `nil` for the one that ends nothing.
    func reason(_ parent: TickerID) -> EndReason? {
        switch self {
        case .succeeded: .parentSucceeded(parent)
        case .failedAfterLastRetry, .discarded, .timedOut: .parentFailed(parent)
        case .failedAndRetrying: nil
        case .cancelledBeforeStart, .cancelledWhileRunning: .parentCancelled(parent)
        case .skipped: .parentSkipped(parent)
        }
    }

    /// Takes the one ticker of the function `Parent`, which follows one of the function `Grandparent` on success and
    /// may make two attempts a second apart, to this ending.
    func happen(to parent: Int32, in driver: TableDriver) throws {
        let grandparent = try driver.start("Grandparent")
        driver.advance()
        if self == .skipped {
            driver.fail(grandparent)
        } else {
            driver.succeed(grandparent)
        }
        driver.advance()
        switch self {
        case .skipped:
            break
        case .cancelledBeforeStart:
            #expect(driver.cancel(parent) == .cancelled)
        case .succeeded, .failedAfterLastRetry, .failedAndRetrying, .discarded, .timedOut, .cancelledWhileRunning:
            try run(parent, in: driver)
        }
        #expect(driver.state(parent) == state)
    }

    private func run(_ parent: Int32, in driver: TableDriver) throws {
        let run = try driver.start(Self.parent)
        driver.advance()
        switch self {
        case .succeeded:
            driver.succeed(run)
        case .failedAndRetrying:
            #expect(driver.fail(run) == .queued(.retrying))
        case .discarded:
            #expect(driver.finish(run.failed(.never, kind: .discarded)) == .ended(.failed))
        case .cancelledWhileRunning:
            #expect(driver.cancel(parent) == .requested)
            driver.advance()
            #expect(driver.fail(run) == .ended(.cancelled))
        case .failedAfterLastRetry, .timedOut:
            let kind: TickerFailure.Kind = self == .timedOut ? .timedOut : .threw
            #expect(driver.finish(run.failed(kind: kind)) == .queued(.retrying))
            driver.advance()
            let second = try driver.start(Self.parent)
            driver.advance()
            #expect(driver.finish(second.failed(kind: kind)) == .ended(.failed))
        case .cancelledBeforeStart, .skipped:
            Issue.record("\(self) does not run")
        }
    }
}
