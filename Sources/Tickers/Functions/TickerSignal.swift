/// What a handler may throw to say what should happen next.
public enum TickerSignal: Error, Sendable, Hashable {
    /// This attempt failed; make the next one after this long, if attempts are left.
    case retry(after: Duration)
    /// Not now: run again after this long. No attempt is used.
    case snooze(Duration)
    /// This failed and trying again is pointless: the ticker ends `failed`, whatever attempts are left.
    case discard(String)
}
