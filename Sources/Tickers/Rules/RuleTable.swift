/// The rows over which the rules are written: how a ticker, its edges and its neighbours are read and written back.
///
/// A store conforms with its own references (indexes in memory, row numbers in a database) and calls the rules inside
/// its own transaction. Rules never wait, never read a clock and never draw a random number that was not handed in.
package protocol RuleTable: ~Copyable {
    associatedtype TickerRef: Hashable
    associatedtype EdgeRef

    subscript(ticker ref: TickerRef) -> TickerRow { get set }
    subscript(edge ref: EdgeRef) -> EdgeRow { get set }

    /// The edges to the children of `ref` in the order in which they were added, one after the other.
    func firstChildEdge(of ref: TickerRef) -> EdgeRef?
    func nextChildEdge(after edge: EdgeRef) -> EdgeRef?
    /// The edges to the parents of `ref` in the order in which they were added, one after the other.
    func firstParentEdge(of ref: TickerRef) -> EdgeRef?
    func nextParentEdge(after edge: EdgeRef) -> EdgeRef?
    func parent(of edge: EdgeRef) -> TickerRef
    func child(of edge: EdgeRef) -> TickerRef

    /// Told after every change of a ticker's state, so that indexes and listeners follow.
    mutating func stateChanged(of ref: TickerRef, from old: TickerState, now: Timestamp)
}
