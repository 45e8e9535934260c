extension Task where Failure == Never, Success: Sendable {
    /// Starts a task on `executor`, or on the default one.
    ///
    /// A preference for none is not the same as no preference: it costs a locked look at every suspension.
    package init(
        on executor: (any TaskExecutor)?,
        operation: sending @escaping @isolated(any) () async -> Success
    ) {
        if let executor {
            self.init(executorPreference: executor, operation: operation)
        } else {
            self.init(operation: operation)
        }
    }
}
