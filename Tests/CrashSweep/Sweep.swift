import Foundation
import Synchronization
import Tickers
import TickersSQLiteTesting

/// Kill after kill, and what is checked between them.
struct Sweep {
    private let plan: SweepPlan
    private var generator: SeededGenerator
    private let folder: String
    private var problems: [String] = []
    private var tally = Tally()

    /// What is told at the end.
    private struct Tally {
        var kills = 0
        var files = 0
        var killsBeforeAStart = 0
        var starts = 0
        var secondStarts = 0
        var mostSecondStarts = 0
        var failedByCrashes = 0
        var failedUnstarted = 0
        var killsWhileAdding = 0
    }

    /// One file from its first life to the one that drains it.
    private struct FileState {
        let path: String
        let log: String
        var life = 0
        /// The chains whose add was answered.
        var answered: Set<Int> = []
        /// The lives in which each ticker was started.
        var starts: [String: [Int]] = [:]
        var succeeded: Set<String> = []
        var logLength = 0
    }

    init(_ plan: SweepPlan) throws {
        self.plan = plan
        generator = SeededGenerator(seed: plan.seed)
        let url = FileManager.default.temporaryDirectory.appending(path: "crash-sweep-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        folder = url.path
    }

    /// Returns whether everything held.
    mutating func run() async throws -> Bool {
        let clock = SystemClock()
        let began = clock.monotonic
        say(
            "seed \(plan.seed): \(plan.kills) kills, \(plan.chains) chains of \(SweptProcess.steps.count), \(plan.workers) workers"
        )
        while tally.kills < plan.kills, problems.isEmpty { try await drainOneFile() }
        let seconds = String(format: "%.1f", clock.monotonic.since(began).inSeconds)
        say(
            """
            seed \(plan.seed): \(tally.kills) kills over \(tally.files) files in \(seconds) s; \(tally.killsWhileAdding) of them \
            while chains were being added, \(tally.killsBeforeAStart) before a handler had started
            \(tally.starts) starts, \(tally.secondStarts) of them second ones, at most \(tally.mostSecondStarts) per kill; \
            \(tally.failedByCrashes) tickers failed because they were claimed at three kills, \(tally.failedUnstarted) of them unstarted
            """
        )
        for problem in problems { say("PROBLEM \(problem)") }
        say(problems.isEmpty ? "Everything held." : "\(problems.count) problems; the files are in \(folder)")
        if problems.isEmpty, !plan.isKept { try FileManager.default.removeItem(atPath: folder) } else { say(folder) }
        return problems.isEmpty
    }

    private mutating func drainOneFile() async throws {
        tally.files += 1
        var file = FileState(path: "\(folder)/\(tally.files).db", log: "\(folder)/\(tally.files).log")
        var isDrained = false
        while !isDrained, problems.isEmpty {
            file.life += 1
            let isLast = tally.kills >= plan.kills
            isDrained = try await live(&file, killed: !isLast)
            try check(&file)
            if !isDrained {
                tally.kills += 1
                if tally.kills % 20 == 0 {
                    say("\(tally.kills) kills, \(file.succeeded.count) tickers done in file \(tally.files)")
                }
            }
        }
        if problems.isEmpty { try checkEnd(file) }
    }

    // MARK: One life

    /// Runs the process until it is killed or has drained the file. Returns whether it has.
    private mutating func live(_ file: inout FileState, killed isKilled: Bool) async throws -> Bool {
        // As often as the tickers of one file allow, so that most kills meet a file that is half done.
        let most = max(2, 2 * plan.chains * SweptProcess.steps.count / max(plan.kills, 4))
        let lines = Int.random(in: 1...most, using: &generator)
        let isByTime = Int.random(in: 0..<5, using: &generator) == 0
        let time = Duration.microseconds(Int.random(in: 0..<60_000, using: &generator))
        let first = (0..<plan.chains).first { !file.answered.contains($0) } ?? plan.chains
        let seen = Atomic(0)
        let process = try KilledProcess(
            CommandLine.arguments[0],
            arguments: ["child", file.path, file.log, "\(file.life)", "\(first)", "\(plan.chains)", "\(plan.workers)"],
            killedAt: { _ in isKilled && !isByTime && seen.add(1, ordering: .relaxed).newValue == lines }
        )
        if isKilled, isByTime { try await process.kill(after: time) }
        let ending = await process.ending()
        for line in ending.lines {
            let words = line.split(separator: " ")
            if words.first == "stored", words.count == 3, let chain = Int(words[1]) { file.answered.insert(chain) }
        }
        switch ending.reason {
        case .exited(0): return true
        case .killed(signal: 9) where isKilled:
            if file.answered.count < plan.chains { tally.killsWhileAdding += 1 }
            return false
        case .exited, .killed:
            problems.append("life \(file.life) of file \(tally.files) ended by itself: \(ending.reason)")
            return true
        }
    }

    // MARK: What must hold

    private mutating func check(_ file: inout FileState) throws {
        let started = try newStarts(&file)
        if started.isEmpty { tally.killsBeforeAStart += 1 }
        tally.starts += started.count
        var second: [Int: Int] = [:]
        for id in started {
            if file.succeeded.contains(id) {
                note("\(id) has started again in life \(file.life), after its success was recorded")
            }
            let earlier = file.starts[id, default: []]
            if let latest = earlier.last {
                if latest == file.life { note("\(id) has started twice in life \(file.life)") }
                second[latest, default: 0] += 1
            }
            file.starts[id] = earlier + [file.life]
        }
        for (_, count) in second {
            tally.secondStarts += count
            tally.mostSecondStarts = max(tally.mostSecondStarts, count)
            if count > plan.workers { note("\(count) tickers were started a second time after life \(file.life - 1)") }
        }
        let remains = try Remains(of: file.path)
        for problem in remains.problems { note("after life \(file.life): \(problem)") }
        let lost = file.succeeded.subtracting(remains.succeeded)
        if let one = lost.first { note("\(lost.count) successes were recorded and are not any more, \(one) of them") }
        for id in remains.succeeded.subtracting(file.succeeded) where file.starts[id] == nil {
            note("\(id) succeeded and has never started")
        }
        file.succeeded = remains.succeeded
    }

    /// The tickers that have started since the last look, in order.
    private func newStarts(_ file: inout FileState) throws -> [String] {
        guard let data = FileManager.default.contents(atPath: file.log) else { return [] }
        let fresh = String(decoding: data.dropFirst(file.logLength), as: UTF8.self)
        file.logLength = data.count
        return fresh.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            return words.count == 3 ? String(words[1]) : nil
        }
    }

    private mutating func checkEnd(_ file: FileState) throws {
        let remains = try Remains(of: file.path)
        let expected = Set((0..<plan.chains).map { "chain \($0)" })
        if remains.chains != expected { note("\(remains.chains.count) chains are there instead of \(plan.chains)") }
        if file.answered.count != plan.chains { note("only \(file.answered.count) adds were answered") }
        let count = remains.statuses.values.reduce(0, +)
        if count != plan.chains * SweptProcess.steps.count { note("\(count) tickers are there") }
        for (status, count) in remains.statuses where !["succeeded", "failed", "skipped"].contains(status) {
            note("\(count) tickers are \(status)")
        }
        // A kill counts from when a ticker is claimed, which its handler need not have noticed.
        tally.failedUnstarted += remains.failed.filter { file.starts[$0] == nil }.count
        if remains.failed.isEmpty, remains.statuses["skipped"] != nil { note("tickers were skipped and none failed") }
        tally.failedByCrashes += remains.failed.count
    }

    private mutating func note(_ problem: String) { problems.append("file \(tally.files): \(problem)") }

    private func say(_ text: String) { FileHandle.standardOutput.write(Data("\(text)\n".utf8)) }
}
