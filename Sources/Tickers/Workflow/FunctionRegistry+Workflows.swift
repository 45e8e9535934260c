extension FunctionRegistry {
    /// Registers what makes the workflow of an occurrence, under the name that ``Scheduler/recur(_:_:workflow:missed:overlap:upsert:)``
    /// gives, so that a recurrence survives a restart.
    ///
    /// ```swift
    /// functions.registerWorkflow("nightly") { occurrence in
    ///     Workflow.begin(with: Etl.extract, occurrence.instant.date)
    ///         .fanOut { $0.child(Etl.users).child(Etl.sales) }
    ///         .join(Etl.load, occurrence.instant.date)
    ///         .build()
    /// }
    /// ```
    ///
    /// - Parameter make: Called once per occurrence, on the scheduler's task; should only build. What it throws, and what is wrong
    ///   with the workflow, is told as an event and kept with the recurrence, which goes on to its next occurrence.
    public mutating func registerWorkflow(
        _ name: String,
        _ make: @escaping @Sendable (Occurrence) throws -> Workflow
    ) {
        register(template: name) { try make($0).plan().request }
    }
}
