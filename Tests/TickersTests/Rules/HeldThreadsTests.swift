import Testing
import Tickers

/// Whether some threads of a pool are held and by whom, while the others go on.
@Suite("Held threads")
struct HeldThreadsTests {
    private typealias Suspect = HeldThreads.Suspect

    /// A pool of four threads, all of which have once answered.
    private static func known() -> HeldThreads {
        var held = HeldThreads()
        let (holding, callsRoll) = held.looked(at: [], roll: roll(meeting: [1, 2, 3, 4]))
        #expect(holding == [])
        #expect(!callsRoll, "nobody is suspected")
        return held
    }

    /// A roll of four that met on some threads, after which one of them took the answers of the others.
    private static func roll(meeting threads: [UInt]) -> Roll {
        var roll = Roll(size: 4)
        for thread in threads { roll.arrived(on: thread) }
        for _ in threads { roll.left() }
        for _ in threads.count..<4 {
            roll.arrived(on: threads[0])
            roll.left()
        }
        #expect(roll.isOver)
        return roll
    }

    @Test("a handler whose thread is missing in four rolls in a row holds it, and is told of once")
    func holding() {
        var held = Self.known()
        let suspect = Suspect(token: 7, thread: 3)
        #expect(held.looked(at: [suspect], roll: nil) == ([], true))
        for _ in 0..<3 { #expect(held.looked(at: [suspect], roll: Self.roll(meeting: [1, 2, 4])) == ([], true)) }
        #expect(held.looked(at: [suspect], roll: Self.roll(meeting: [1, 2, 4])) == ([7], false))
        #expect(held.looked(at: [suspect], roll: nil) == ([], false))
    }

    @Test("a handler whose thread answers has been suspended, and no roll is called for it again")
    func answering() {
        var held = Self.known()
        let (suspended, holder) = (Suspect(token: 7, thread: 3), Suspect(token: 8, thread: 4))
        #expect(held.looked(at: [suspended, holder], roll: nil) == ([], true))
        for _ in 0..<3 {
            #expect(held.looked(at: [suspended, holder], roll: Self.roll(meeting: [3, 1, 2])) == ([], true))
        }
        #expect(held.looked(at: [suspended, holder], roll: Self.roll(meeting: [1, 2])) == ([8], false))
        #expect(held.looked(at: [suspended], roll: nil) == ([], false))
    }

    @Test("where as many answer at once as ever have, nobody holds a thread, whichever threads they are")
    func whole() {
        var held = Self.known()
        #expect(held.looked(at: [Suspect(token: 7, thread: 3)], roll: nil) == ([], true))
        for _ in 0..<3 {
            #expect(held.looked(at: [Suspect(token: 7, thread: 3)], roll: Self.roll(meeting: [1, 2])) == ([], true))
        }
        let roll = Self.roll(meeting: [5, 6, 7, 8])
        #expect(held.looked(at: [Suspect(token: 7, thread: 3)], roll: roll) == ([], false))
    }

    @Test("nobody is blamed where it is not known how many threads there are")
    func unknown() {
        var narrow = HeldThreads()
        let suspect = Suspect(token: 7, thread: 3)
        for _ in 0..<9 { #expect(narrow.looked(at: [suspect], roll: Self.roll(meeting: [1])) == ([], false)) }
        var half = HeldThreads()
        #expect(half.looked(at: [], roll: Self.roll(meeting: [1, 2])) == ([], false))
        #expect(half.looked(at: [suspect], roll: nil) == ([], true))
        #expect(half.looked(at: [suspect], roll: Self.roll(meeting: [1, 2])) == ([], false))
    }

    @Test("what is missed counts for one handler, and not for the next one on its thread")
    func next() {
        var held = Self.known()
        #expect(held.looked(at: [Suspect(token: 7, thread: 3)], roll: nil) == ([], true))
        for token in 7...12 as ClosedRange<UInt64> {
            for _ in 0..<3 {
                let suspects = [Suspect(token: token, thread: 3)]
                #expect(held.looked(at: suspects, roll: Self.roll(meeting: [1, 2, 4])) == ([], true))
            }
        }
    }

    @Test("those who answer wait for all, until one has waited for long enough")
    func roll() {
        var roll = Roll(size: 3)
        roll.arrived(on: 1)
        roll.arrived(on: 2)
        #expect(roll.isAwaited)
        roll.left()
        #expect(!roll.isAwaited, "one has given up")
        roll.left()
        roll.arrived(on: 2)
        #expect(!roll.isAwaited)
        #expect(roll.isOver)
        #expect(roll.most == 2)
        #expect(roll.threads == [1, 2])
        var whole = Roll(size: 2)
        whole.arrived(on: 1)
        #expect(whole.isAwaited)
        #expect(!whole.isOver)
        whole.arrived(on: 2)
        #expect(!whole.isAwaited)
        whole.left()
        #expect(!whole.isGivenUp)
        #expect(whole.isOver)
    }
}
