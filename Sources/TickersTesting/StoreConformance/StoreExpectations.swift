import Tickers

/// Checks that something is as expected; `what` is its name in the sentence of the mismatch.
///
/// - Throws: ``ExpectationMismatch``.
func expect<Value: Equatable>(
    _ what: String,
    _ actual: Value,
    is expected: Value,
    fileID: String = #fileID,
    line: Int = #line
) throws {
    guard actual != expected else { return }
    let difference = Difference(property: what, expected: text(expected), actual: text(actual))
    throw ExpectationMismatch([difference].lines(actualWord: "found").message, fileID: fileID, line: line)
}

/// Checks that `body` throws a ``TickerError`` with this code.
///
/// - Returns: The error.
/// - Throws: ``ExpectationMismatch`` when it throws nothing or something else.
@discardableResult
func expectError(
    _ code: TickerError.Code,
    _ what: String,
    fileID: String = #fileID,
    line: Int = #line,
    _ body: () async throws -> Void
) async throws -> TickerError {
    do {
        try await body()
    } catch let error as TickerError {
        try expect("the code of the error of \(what)", error.code, is: code, fileID: fileID, line: line)
        return error
    }
    throw ExpectationMismatch("\(what): expected the error \(code), found none", fileID: fileID, line: line)
}

/// The value, which has to be there.
///
/// - Throws: ``ExpectationMismatch`` when there is none.
func unwrap<Value>(
    _ what: String,
    _ value: Value?,
    fileID: String = #fileID,
    line: Int = #line
) throws -> Value {
    if let value { return value }
    throw ExpectationMismatch("\(what): expected one, found none", fileID: fileID, line: line)
}

/// A value for people: no mebibyte of text fills the screen.
private func text(_ value: some Any) -> String { String(describing: value).cut(toUTF8Bytes: 2_000) }
