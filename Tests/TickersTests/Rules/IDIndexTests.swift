import Testing
import Tickers

@Suite("The index of ids")
struct IDIndexTests {
    @Test("it finds what a dictionary finds, through growth and removal")
    func likeADictionary() {
        for seed in UInt64(0)..<20 {
            var random = SeededGenerator(seed: seed)
            var (index, model) = (IDIndex(), [TickerID: Int32]())
            var ids: [TickerID] = []
            for row in Int32(0)..<2_000 {
                // Few different times, so that many share their place.
                let id = TickerID(serial: Int64.random(in: 0..<200, using: &random), low: UInt64(row))
                index.insert(id, row: row)
                model[id] = row
                ids.append(id)
                if Bool.random(using: &random), let gone = ids.randomElement(using: &random), let old = model[gone] {
                    index.remove(gone, row: old)
                    model[gone] = nil
                }
            }
            #expect(index.count == model.count, "seed \(seed)")
            #expect(index.rows.sorted() == model.values.sorted(), "seed \(seed)")
            for id in ids { #expect(index.row(of: id) { ids[Int($0)] == id } == model[id], "seed \(seed), \(id)") }
        }
    }

    @Test("ids that count on, with gaps between, are found while the oldest go", arguments: [1, 3, 50, 4_000])
    func inARow(perMillisecond: Int) {
        var index = IDIndex()
        let ids = (0..<20_000).map { number in
            let (millisecond, counter) = number.quotientAndRemainder(dividingBy: perMillisecond)
            return TickerID(serial: Int64(1_000_000 + millisecond) << 12 | Int64(counter), low: UInt64(number) &* 977)
        }
        let window = 3_000
        for row in ids.indices {
            index.insert(ids[row], row: Int32(row))
            guard row >= window else { continue }
            let gone = row - window
            index.remove(ids[gone], row: Int32(gone))
            #expect(index.row(of: ids[gone]) { ids[Int($0)] == ids[gone] } == nil)
            let middle = row - window / 2
            #expect(index.row(of: ids[middle]) { ids[Int($0)] == ids[middle] } == Int32(middle))
        }
        #expect(index.count == window)
    }

    @Test("nothing is found in an empty one, nor by an id that was never there")
    func nothing() {
        var index = IDIndex()
        let (here, away) = (TickerID(serial: 7, low: 1), TickerID(serial: 7, low: 2))
        #expect(index.row(of: here) { _ in true } == nil)
        index.insert(here, row: 3)
        #expect(index.row(of: here) { $0 == 3 } == 3)
        #expect(index.row(of: away) { _ in false } == nil)
        index.remove(here, row: 3)
        #expect(index.count == 0 && index.rows.isEmpty)
    }
}
