/// The bounds of everything that could grow without one, each with its reason.
public enum TickerLimits {
    /// One mebibyte of encoded input or output: a ticker carries a reference to data, not the data.
    public static let payloadBytes = 1 << 20
    /// Bytes of error text kept: enough for a message and the top of a trace.
    public static let errorBytes = 16 << 10
    /// Bytes of a function's, queue's or tag's name in UTF-8: fits every database's index and a line on a screen.
    public static let nameBytes = 200
    /// Tags on one ticker.
    public static let tags = 32
    /// Tickers in one add: one transaction must end in seconds.
    public static let tickersPerAdd = 1_000_000
    /// Parents and children edges in one add: joins may share tickers, within reason.
    public static let edgesPerAdd = 4_000_000
    /// Attempts of one ticker: more is a recurrence, not a retry.
    public static let attempts = 10_000
    /// Attempts of one ticker of which start, end and error stay readable: the latest ones, enough to see a pattern.
    public static let attemptsKept = 50
    /// Times that the process may end while a ticker runs: one that took it down this often fails instead of doing it again.
    public static let crashes = 3
    /// Tickers or workflows on one page.
    public static let pageSize = 200
    /// Rows that a store looks at in one call for a page: some milliseconds, so that what is due need not wait for a search.
    public static let rowsPerLook = 10_000
    /// Runs at once in one scheduler.
    public static let concurrentRuns = 100_000
    /// Starts that a rate limit counts: it remembers each one for its period.
    public static let ratedStarts = 100_000
    /// Queues that are paused at once: pausing is done by people, to queues they know by name.
    public static let pausedQueues = 10_000
    /// Recurrences in one store: they are all held in memory.
    public static let recurrences = 1_000_000
    /// Events kept for a subscriber that does not keep up, unless it asks for another number.
    public static let eventBuffer = 4_096
    /// Handlers that ignore their cancellation and are given up before the scheduler stops replacing their slots.
    public static let stuckHandlers = 1_000
    /// How often, a second apart, a store that refuses to record the last ends is asked again before a shutdown gives up.
    public static let storeRetriesAtShutdown = 10
    /// Bytes of the text that goes with a progress report.
    public static let progressBytes = 1_024
    /// Entries of metadata on one ticker: what a few middlewares carry from schedule to run.
    public static let metadataEntries = 16
    /// Bytes of metadata on one ticker, names and values: identifiers, not documents.
    public static let metadataBytes = 4 << 10
    /// Bytes of a cron expression: every minute of an hour, every day and every month written out fits.
    public static let cronBytes = 1_024
    /// Occurrences of one recurrence that are created at once to make up for missed ones.
    public static let missedOccurrences = 10_000
}
