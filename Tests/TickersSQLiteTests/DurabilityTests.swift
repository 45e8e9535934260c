import Testing
import TickersSQLite

@Suite("Durability")
struct DurabilityTests {
    @Test("there are two kinds")
    func kinds() { #expect(Durability.allCases == [.full, .normal]) }
}
