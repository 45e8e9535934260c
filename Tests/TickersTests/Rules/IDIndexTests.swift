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
                // Few different halves, so that many share their place.
                let id = TickerID(high: UInt64(row), low: UInt64.random(in: 0..<200, using: &random))
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

    @Test("nothing is found in an empty one, nor by an id that was never there")
    func nothing() {
        var index = IDIndex()
        let (here, away) = (TickerID(high: 1, low: 7), TickerID(high: 2, low: 7))
        #expect(index.row(of: here) { _ in true } == nil)
        index.insert(here, row: 3)
        #expect(index.row(of: here) { $0 == 3 } == 3)
        #expect(index.row(of: away) { _ in false } == nil)
        index.remove(here, row: 3)
        #expect(index.count == 0 && index.rows.isEmpty)
    }
}
