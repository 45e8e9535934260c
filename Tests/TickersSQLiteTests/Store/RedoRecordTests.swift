import Foundation
import Testing
import Tickers
import TickersTesting

@testable import TickersSQLite

@Suite("Rows in a redo log")
struct RedoRecordTests {
    @Test("come out as they went in, whatever they hold")
    func roundTrip() throws {
        var recorder = RedoRecorder()
        let integers: [Int64] = [0, 1, -1, 63, 64, -64, -65, .max, .min, 1_800_000_000_000_000]
        let texts = ["", "scheduled", "ünïcode 🎫", String(repeating: "x", count: 300)]
        let names = [RowName(ticker: .min), RowName(ticker: .max, position: .max - 1), RowName(ticker: 7, position: 0)]
        for name in names {
            #expect(recorder.begin(name) == recorder.bytes.count)
            recorder.begin(.updateTicker)
            integers.forEach { recorder.add($0) }
            recorder.addNull()
            recorder.begin(.speakEdge)
            texts.forEach { recorder.add($0) }
            recorder.add(Data())
            recorder.add(Data([0, 255]))
            recorder.addTicker()
            recorder.addPosition()
            recorder.end()
        }
        var reader = RedoBytes(recorder.bytes)
        for name in names {
            #expect(try reader.name() == name)
            var copy = reader
            #expect(try copy.repetition() == nil)
            try copy.skipStatements()
            let first = try #require(try reader.statement())
            #expect(first.name == .updateTicker && first.values == integers.count + 1)
            for value in integers { #expect(try reader.value(name) == .integer(value)) }
            #expect(try reader.value(name) == .null)
            let second = try #require(try reader.statement())
            #expect(second.name == .speakEdge && second.values == texts.count + 4)
            for text in texts { #expect(try reader.value(name) == .text(text)) }
            #expect(try reader.value(name) == .blob(Data()))
            #expect(try reader.value(name) == .blob(Data([0, 255])))
            #expect(try reader.value(name) == .integer(name.ticker))
            #expect(try reader.value(name) == .integer(Int64(name.position ?? -1)))
            #expect(try reader.statement() == nil)
            #expect(copy.place == reader.place)
        }
        #expect(reader.isAtEnd)
    }

    @Test("that come to the same are recorded once, and each is written under its own name")
    func repetition() throws {
        var recorder = RedoRecorder()
        let verdicts: [(EdgeVerdict, Int64)] = [(.run, 1), (.run, 1), (.never, 1), (.never, 2), (.never, 2), (.run, 2)]
        var sizes: [Int] = []
        for (index, (verdict, workflow)) in verdicts.enumerated() {
            let start = recorder.begin(RowName(ticker: Int64(index), position: 4))
            if !recorder.repeats(verdict, in: workflow) {
                recorder.begin(.speakEdge)
                recorder.add(verdict.text)
                recorder.add(workflow)
                recorder.addTicker()
                recorder.recorded(verdict, in: workflow)
            }
            recorder.end()
            sizes.append(recorder.bytes.count - start)
        }
        #expect(sizes.map { $0 < 5 } == [false, true, false, false, true, false])
        var reader = RedoBytes(recorder.bytes)
        for (index, (verdict, workflow)) in verdicts.enumerated() {
            let name = try reader.name()
            #expect(name == RowName(ticker: Int64(index), position: 4))
            let repeated = try reader.repetition()
            #expect((repeated != nil) == (index == 1 || index == 4))
            var statements = repeated ?? reader
            if repeated == nil { try reader.skipStatements() }
            #expect(try statements.statement()?.values == 3)
            #expect(try statements.value(name) == .text(verdict.text))
            #expect(try statements.value(name) == .integer(workflow))
            #expect(try statements.value(name) == .integer(Int64(index)))
            #expect(try statements.statement() == nil)
        }
        #expect(reader.isAtEnd)
    }

    @Test("are found out where they are damaged, and never read beyond their end", arguments: UInt64(0)..<300)
    func damage(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var recorder = RedoRecorder()
        for ticker in 0..<5 {
            _ = recorder.begin(RowName(ticker: Int64(ticker), position: 1))
            recorder.begin(.insertTicker)
            recorder.add(Int64(ticker) << 40)
            recorder.add("text")
            recorder.add(Data([1, 2, 3]))
            recorder.addNull()
            recorder.end()
            _ = recorder.begin(RowName(ticker: Int64(ticker), position: 1))
            if !recorder.repeats(.run, in: 3) {
                recorder.begin(.speakEdge)
                recorder.addTicker()
                recorder.recorded(.run, in: 3)
            }
            recorder.end()
        }
        var bytes = recorder.bytes
        for _ in 0..<3 {
            let place = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = .random(in: 0...255, using: &random)
            case 1: bytes.remove(at: place)
            default: bytes.insert(.random(in: 0...255, using: &random), at: place)
            }
        }
        var reader = RedoBytes(bytes)
        do {
            while !reader.isAtEnd {
                let name = try reader.name()
                let repeated = try reader.repetition()
                var statements = repeated ?? reader
                while let (_, values) = try statements.statement() {
                    for _ in 0..<values { _ = try statements.value(name) }
                }
                if repeated == nil { reader = statements }
            }
            #expect(reader.place == bytes.count, "seed \(seed)")
        } catch is RedoBytes.Damage {
            #expect(reader.place <= bytes.count, "seed \(seed)")
        }
    }
}
