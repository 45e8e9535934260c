/// Unique keys: what a call gets whose key is in use, decided before anything is stored.
extension TickerTable {
    /// What is there for a key.
    private enum Standing {
        case free
        case existing(UniqueKeys.Holder)
        /// Not started, and to be cancelled by the one that is stored; `nil` when it has ended.
        case replaced(Int32?)
    }

    /// Stores one ticker without parents, or finds the one that holds its unique key.
    package mutating func store(_ ticker: NewTicker, now: Timestamp) throws -> StoredTicker {
        guard let unique = ticker.spec.unique else {
            let ref = add(ticker, now: now)
            return stored(ref)
        }
        let standing = try standing(of: unique, function: ticker.spec.function, now: now)
        if case .existing(let holder) = standing {
            return StoredTicker(id: holder.ticker, workflowID: holder.workflow, isExisting: true)
        }
        let ref = add(ticker, now: now)
        take(unique, for: ref, instead: standing, now: now)
        return stored(ref)
    }

    /// Stores tickers without parents, each as a workflow of its own, all or nothing. A unique key is for one ticker, so of
    /// several none has one.
    package mutating func store(_ tickers: [NewTicker], now: Timestamp) throws -> [StoredTicker] {
        if tickers.count == 1 { return [try store(tickers[0], now: now)] }
        precondition(tickers.allSatisfy { $0.spec.unique == nil }, "a batch of tickers was given unique keys")
        let refs = try add(tickers, now: now)
        return refs.map { stored($0) }
    }

    /// Stores tickers and edges, all or nothing, or finds what holds their unique key.
    ///
    /// A step of several whose key is in use stands in the way of all of them, unless its policy is to replace.
    package mutating func store(_ request: NewWorkflow, now: Timestamp) throws -> StoredWorkflow {
        let whole = request.options.unique
        let wholeStanding = try whole.map { try standing(ofWorkflow: $0, now: now) } ?? .free
        if case .existing(let holder) = wholeStanding { return existing(holder) }
        var standings: [(position: Int, unique: UniqueKey, standing: Standing)] = []
        var names: Set<UniqueKeys.Name> = []
        for (position, ticker) in request.tickers.enumerated() {
            guard let unique = ticker.spec.unique else { continue }
            guard names.insert(ticker.spec.uniqueName(unique)).inserted else {
                throw TickerError(.uniqueKeyInUse, "Two steps of one workflow have the unique key \"\(unique.key)\".")
            }
            let standing = try standing(of: unique, function: ticker.spec.function, now: now)
            if case .existing(let holder) = standing {
                guard request.tickers.count > 1 else { return existing(holder) }
                throw inUse(unique, by: holder, now: now)
            }
            standings.append((position, unique, standing))
        }
        let refs = try add(request, now: now)
        for (position, unique, standing) in standings {
            take(unique, for: refs[position], instead: standing, now: now)
        }
        if let whole { take(whole, forWorkflowOf: refs[0], instead: wholeStanding, now: now) }
        return StoredWorkflow(id: workflowID(of: refs[0]), tickers: refs.map { self[ticker: $0].id })
    }

    /// Gives back the keys that a ticker held until its end.
    mutating func releaseKeys(of ref: Int32) {
        guard let unique = tickers[ref].row.spec.unique else { return }
        keys.ended(tickers[ref].row.spec.uniqueName(unique), of: tickers[ref].row.id)
    }

    /// Gives back the key that a workflow held until its end.
    mutating func releaseKey(ofWorkflow workflow: Int32) {
        guard let unique = workflows[workflow].options?.options.unique else { return }
        keys.ended(UniqueKeys.Name(function: nil, key: unique.key), of: workflowID(ofWorkflow: workflow).first)
    }

    /// Takes the keys of a ticker that has been opened again, unless someone else holds them by now.
    mutating func retakeKeys(of ref: Int32, now: Timestamp) {
        let row = tickers[ref].row
        if let unique = row.spec.unique, unique.held == .untilEnded {
            retake(row.spec.uniqueName(unique), row.id, workflowID(of: ref), now: now)
        }
        let workflow = workflowID(of: ref)
        if let unique = workflows[tickers[ref].workflow].options?.options.unique, unique.held == .untilEnded {
            retake(UniqueKeys.Name(function: nil, key: unique.key), workflow.first, workflow, now: now)
        }
    }

    private mutating func retake(_ name: UniqueKeys.Name, _ ticker: TickerID, _ workflow: WorkflowID, now: Timestamp) {
        guard keys.holder(of: name, now: now) == nil else { return }
        keys.take(name, by: UniqueKeys.Holder(ticker: ticker, workflow: workflow, until: nil), now: now)
    }

    private func stored(_ ref: Int32) -> StoredTicker {
        StoredTicker(id: tickers[ref].row.id, workflowID: workflowID(of: ref))
    }

    private func existing(_ holder: UniqueKeys.Holder) -> StoredWorkflow {
        let isWhole = holder.ticker == holder.workflow.first && workflow(of: holder.workflow) != nil
        guard isWhole, let workflow = workflow(of: holder.workflow) else {
            return StoredWorkflow(id: holder.workflow, tickers: [holder.ticker], isExisting: true)
        }
        let ids = members(of: workflow).map { tickers[$0].row.id }
        return StoredWorkflow(id: holder.workflow, tickers: ids, isExisting: true)
    }

    private func standing(of unique: UniqueKey, function: String, now: Timestamp) throws -> Standing {
        let name = UniqueKeys.Name(function: function, key: unique.key)
        guard let holder = keys.holder(of: name, now: now) else { return .free }
        switch unique.onConflict {
        case .returnExisting: return .existing(holder)
        case .reject: throw inUse(unique, by: holder, now: now)
        case .replace: break
        }
        guard let ref = index(of: holder.ticker), !tickers[ref].row.state.isEnd else { return .replaced(nil) }
        guard !tickers[ref].row.hasStarted else { throw inUse(unique, by: holder, now: now) }
        return .replaced(ref)
    }

    private func standing(ofWorkflow unique: UniqueKey, now: Timestamp) throws -> Standing {
        let name = UniqueKeys.Name(function: nil, key: unique.key)
        guard let holder = keys.holder(of: name, now: now) else { return .free }
        switch unique.onConflict {
        case .returnExisting: return .existing(holder)
        case .reject: throw inUse(unique, by: holder, now: now)
        case .replace: break
        }
        guard let workflow = workflow(of: holder.workflow), workflows[workflow].open > 0 else { return .replaced(nil) }
        guard !members(of: workflow).contains(where: { tickers[$0].row.hasStarted }) else {
            throw inUse(unique, by: holder, now: now)
        }
        return .replaced(workflows[workflow].first)
    }

    private mutating func take(_ unique: UniqueKey, for ref: Int32, instead standing: Standing, now: Timestamp) {
        let row = tickers[ref].row
        if case .replaced(let old?) = standing { _ = cancelled(old, reason: .replaced(by: row.id), now: now) }
        let until = unique.until(from: now)
        guard until != nil || !tickers[ref].row.state.isEnd else { return }
        let holder = UniqueKeys.Holder(ticker: row.id, workflow: workflowID(of: ref), until: until)
        keys.take(row.spec.uniqueName(unique), by: holder, now: now)
    }

    private mutating func take(
        _ unique: UniqueKey,
        forWorkflowOf ref: Int32,
        instead standing: Standing,
        now: Timestamp
    ) {
        let id = workflowID(of: ref)
        if case .replaced(let old?) = standing {
            _ = cancelAll(in: tickers[old].workflow, reason: .replaced(by: id.first), now: now)
        }
        let holder = UniqueKeys.Holder(ticker: id.first, workflow: id, until: unique.until(from: now))
        keys.take(UniqueKeys.Name(function: nil, key: unique.key), by: holder, now: now)
    }

    private func inUse(_ unique: UniqueKey, by holder: UniqueKeys.Holder, now: Timestamp) -> TickerError {
        let status = index(of: holder.ticker).map { tickers[$0].row.state.status(due: tickers[$0].row.due, now: now) }
        let standing = status.map { ", which is \($0.rawValue)" } ?? ""
        let sentence = "The unique key \"\(unique.key)\" is in use by \(holder.ticker)\(standing); nothing was stored."
        return TickerError(.uniqueKeyInUse, sentence, ticker: holder.ticker, status: status)
    }
}

extension UniqueKey {
    /// Until when it is held if it is taken at `now`; `nil` is until the end.
    fileprivate func until(from now: Timestamp) -> Timestamp? {
        switch held {
        case .untilEnded: nil
        case .window(let window): now.advanced(by: window)
        }
    }
}

extension TickerSpec {
    package func uniqueName(_ unique: UniqueKey) -> UniqueKeys.Name {
        UniqueKeys.Name(function: function, key: unique.key)
    }
}
