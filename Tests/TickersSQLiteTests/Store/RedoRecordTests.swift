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
            recorder.end()
        }
        var reader = RedoBytes(recorder.bytes)
        for name in names {
            #expect(try reader.name() == name)
            let first = try #require(try reader.statement())
            #expect(first.name == .updateTicker && first.values == integers.count + 1)
            for value in integers { #expect(try reader.value() == .integer(value)) }
            #expect(try reader.value() == .null)
            let second = try #require(try reader.statement())
            #expect(second.name == .speakEdge && second.values == texts.count + 2)
            for text in texts { #expect(try reader.value() == .text(text)) }
            #expect(try reader.value() == .blob(Data()))
            #expect(try reader.value() == .blob(Data([0, 255])))
            #expect(try reader.statement() == nil)
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
                _ = try reader.name()
                while let (_, values) = try reader.statement() {
                    for _ in 0..<values { _ = try reader.value() }
                }
            }
            #expect(reader.place == bytes.count, "seed \(seed)")
        } catch is RedoBytes.Damage {
            #expect(reader.place <= bytes.count, "seed \(seed)")
        }
    }
}
