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
    throw difference(what, text(actual), text(expected), fileID, line)
}

/// Checks that something that may be missing is as expected.
///
/// - Throws: ``ExpectationMismatch``.
func expect<Value: Equatable>(
    _ what: String,
    _ actual: Value?,
    is expected: Value?,
    fileID: String = #fileID,
    line: Int = #line
) throws {
    guard actual != expected else { return }
    throw difference(what, actual.map(text) ?? "nothing", expected.map(text) ?? "nothing", fileID, line)
}

private func difference(
    _ what: String,
    _ actual: String,
    _ expected: String,
    _ fileID: String,
    _ line: Int
) -> ExpectationMismatch {
    let difference = Difference(property: what, expected: expected, actual: actual)
    return ExpectationMismatch([difference].lines(actualWord: "found").message, fileID: fileID, line: line)
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

/// A value for people: texts in quotation marks, so that an empty one is seen, and no mebibyte of text fills the screen.
private func text(_ value: some Any) -> String {
    let text = (value as? String)?.debugDescription ?? String(describing: value)
    return text.cut(toUTF8Bytes: 2_000)
}
