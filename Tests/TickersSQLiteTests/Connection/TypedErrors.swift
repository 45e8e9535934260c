import Testing
import Tickers

/// Expects `body` to throw a ``TickerError`` of this code, whose message is returned.
@discardableResult
func expect(
    _ code: TickerError.Code,
    at location: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) -> String {
    do {
        try body()
        Issue.record("nothing was thrown, where \(code) was expected", sourceLocation: location)
    } catch let error as TickerError {
        #expect(error.code == code, "\(error)", sourceLocation: location)
        return error.message
    } catch {
        Issue.record("\(error) was thrown, where \(code) was expected", sourceLocation: location)
    }
    return ""
}
