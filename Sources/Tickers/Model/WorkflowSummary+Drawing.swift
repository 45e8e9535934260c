extension WorkflowSummary {
    /// The graph as a Mermaid flowchart: a node per ticker with its status, an arrow per edge with its condition.
    /// O(tickers + edges).
    public func mermaid() -> String {
        var lines = ["flowchart TD"]
        var nodes: [TickerID: String] = [:]
        for (position, ticker) in tickers.enumerated() {
            nodes[ticker.id] = "t\(position)"
            let attempts = ticker.attempts > 1 ? ", \(ticker.attempts) attempts" : ""
            lines.append(
                "    t\(position)[\"\(Self.escaped(title(of: ticker)))<br/>\(ticker.status.rawValue)\(attempts)\"]"
            )
        }
        for ticker in tickers {
            guard let child = nodes[ticker.id] else { continue }
            for parent in ticker.parents {
                // A parent in another workflow has no node here.
                guard let node = nodes[parent.id] else { continue }
                let arrow = parent.label.isEmpty ? "-->" : "-->|\(parent.label)|"
                lines.append("    \(node) \(arrow) \(child)")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// The graph as a tree of lines for a terminal: each ticker once, below the first of its parents that is drawn; further
    /// parents are named behind it. O(tickers + edges) beside the indentation, without recursion.
    public func tree() -> String {
        var numbers: [TickerID: Int] = [:]
        for (position, ticker) in tickers.enumerated() { numbers[ticker.id] = position }
        var children = Array(repeating: [Int](), count: tickers.count)
        var roots: [Int] = []
        for (position, ticker) in tickers.enumerated() {
            let first = ticker.parents.lazy.compactMap { numbers[$0.id] }.first { $0 != position }
            if let first { children[first].append(position) } else { roots.append(position) }
        }
        var lines: [String] = []
        var open = roots.reversed().map { Branch(ticker: $0, prefix: "", joint: "", below: "") }
        while let branch = open.popLast() {
            lines.append(branch.prefix + branch.joint + line(branch.ticker, numbers))
            let prefix = branch.prefix + branch.below
            for (index, child) in children[branch.ticker].enumerated().reversed() {
                let isLast = index == children[branch.ticker].count - 1
                let joint = isLast ? "└─ " : "├─ "
                open.append(Branch(ticker: child, prefix: prefix, joint: joint, below: isLast ? "   " : "│  "))
            }
        }
        return lines.joined(separator: "\n")
    }

    private struct Branch {
        let ticker: Int
        let prefix: String
        let joint: String
        let below: String
    }

    private func line(_ position: Int, _ numbers: [TickerID: Int]) -> String {
        let ticker = tickers[position]
        let parents = ticker.parents.filter { numbers[$0.id] != nil }
        let condition = parents.first.map(\.condition) ?? .onSuccess
        var text = condition == .onSuccess ? "" : "\(condition): "
        text += "\(title(of: ticker)) \(ticker.status.rawValue)"
        if ticker.attempts > 1 { text += ", \(ticker.attempts) attempts" }
        if ticker.status == .failed || !ticker.status.isEnd, let failure = ticker.failure {
            text += " (\(failure.message))"
        }
        if let reason = ticker.reason {
            let named = reason.description { id in numbers[id].map { title(of: tickers[$0]) } ?? id.description }
            text += " (\(named))"
        }
        let others = parents.dropFirst().compactMap { numbers[$0.id] }.map { title(of: tickers[$0]) }
        if !others.isEmpty { text += " (also after \(others.joined(separator: ", ")))" }
        return text
    }

    /// The function, and the tags, which tell steps with the same function apart.
    private func title(of ticker: Ticker) -> String {
        ticker.tags.isEmpty ? ticker.function : "\(ticker.function) [\(ticker.tags.joined(separator: ", "))]"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("\"", with: "&quot;").replacing("<", with: "&lt;")
    }
}

extension TickerParent {
    /// What is not the default of its edge; empty when nothing is.
    fileprivate var label: String {
        var words = condition == .onSuccess ? [] : ["\(condition)"]
        switch onParentFailure {
        case .byCondition: break
        case .runNow: words.append("runs at once on failure")
        case .fail: words.append("fails with it")
        }
        return words.joined(separator: ", ")
    }
}
