import Foundation
import Testing
import Tickers

/// Ids as UUIDs of version 7: RFC 9562, sections 5.7 and 6.2.
@Suite struct TickerIDTests {
    private static let noon = Timestamp(microseconds: 1_767_225_600_000_000)

    /// Ids of one generator while its clock goes forth, stands still and goes back.
    private func ids(_ count: Int, seed: UInt64) -> [TickerID] {
        var generator = IDGenerator(seed: seed)
        var random = SeededGenerator(seed: seed)
        var now = Self.noon
        return (0..<count).map { _ in
            now = now.advanced(by: .microseconds(Int64.random(in: -5_000...5_000, using: &random)))
            return generator.next(now: now)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func idsNeverGoBackThoughTheClockDoes(seed: UInt64) {
        let ids = ids(20_000, seed: seed)
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == ids.count)
        #expect(Set(ids.map(\.description)).count == ids.count)
    }

    @Test func idsOfOneInstantOutgrowTheCounter() {
        var generator = IDGenerator(seed: 1)
        let ids = (0..<10_000).map { _ in generator.next(now: Self.noon) }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
        // 4,096 ids fit a millisecond; the next ones borrow from the following milliseconds.
        #expect(ids[4_095].high >> 16 == UInt64(Self.noon.microseconds / 1_000))
        #expect(ids[4_096].high >> 16 == UInt64(Self.noon.microseconds / 1_000) + 1)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func idsThatAreSetAsideComeBeforeAllLaterOnes(seed: UInt64) {
        var generator = IDGenerator(seed: seed)
        var random = SeededGenerator(seed: seed)
        var now = Self.noon
        var ids: [TickerID] = []
        for _ in 0..<200 {
            now = now.advanced(by: .microseconds(Int64.random(in: -5_000...5_000, using: &random)))
            let count = Int.random(in: 0...5_000, using: &random)
            var own = generator.setAside(count, now: now)
            // Made later than what follows, as by whoever they were set aside for.
            let next = generator.next(now: now)
            ids += (0..<count).map { _ in own.next(now: now) } + [next]
        }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func readingsOutsideTheRangeAreTaken() {
        var generator = IDGenerator(seed: 1)
        let first = generator.next(now: .distantPast)
        let second = generator.next(now: .distantFuture)
        let third = generator.next(now: .distantPast)
        #expect(first < second)
        #expect(second < third)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func textFormIsAUUIDAndComesBack(seed: UInt64) throws {
        for id in ids(1_000, seed: seed) {
            let uuid = try #require(UUID(uuidString: id.description))
            #expect(uuid.uuidString.lowercased() == id.description)
            #expect(uuid.uuid.6 >> 4 == 7)
            #expect(uuid.uuid.8 >> 6 == 0b10)
            #expect(TickerID(id.description) == id)
            #expect(TickerID(uuid.uuidString) == id)
            #expect(WorkflowID(id.description)?.description == id.description)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func textSortsLikeTheIds(seed: UInt64) {
        let ids = ids(1_000, seed: seed)
        #expect(ids.map(\.description) == ids.map(\.description).sorted())
    }

    @Test(arguments: [
        "", "0", "0198c000-0000-7000-8000-00000000000", "0198c000-0000-7000-8000-0000000000000",
        "0198c000x0000-7000-8000-000000000000", "0198c000-0000-7000-8000-00000000000g",
        "0198c0000000-7000-8000-000000000000-", "0198c000-0000-7000-8000-0000000000é",
    ])
    func otherTextIsRefused(text: String) {
        #expect(TickerID(text) == nil)
    }

    @Test func codableIsTheTextForm() throws {
        let id = ids(1, seed: 9)[0]
        let bytes = try JSONEncoder().encode([id])
        #expect(String(decoding: bytes, as: UTF8.self) == "[\"\(id)\"]")
        #expect(try JSONDecoder().decode([TickerID].self, from: bytes) == [id])
        let workflow = try JSONDecoder().decode([WorkflowID].self, from: bytes)
        #expect(try JSONEncoder().encode(workflow) == bytes)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([TickerID].self, from: Data(#"["not an id"]"#.utf8))
        }
    }

    @Test func sameSeedSameIds() {
        #expect(ids(100, seed: 5) == ids(100, seed: 5))
        #expect(ids(100, seed: 5) != ids(100, seed: 6))
    }
}
