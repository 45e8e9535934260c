import Tickers

struct Deployment: Codable {
    var region: String
    var version: String
}

/// A version that has been deployed in a region, and what it takes to put the former one back.
struct Deployed: Codable {
    var region: String
    var previous: String
}

/// A version goes to all regions at once; it is live when it is live everywhere, and nowhere if one region refuses it.
enum Deployments {
    static let deploy = TickerFunction<Deployment, Deployed>(
        "DeployRegion",
        options: TickerOptions(queue: "deploy-region")
    )
    static let goLive = TickerFunction<String, String>("DeployGlobal", options: TickerOptions(queue: "deployments"))
    /// Has retries of its own, unlike a loop in the handler that asks for it.
    static let rollBack = TickerFunction<Deployed, Void>(
        "RollBackRegion",
        options: TickerOptions(retry: .fixed(maxAttempts: 3, every: .milliseconds(20)))
    )

    static func workflow(_ version: String, in regions: [String]) -> Workflow {
        // snippet: region-deploy
        var graph = Workflow("deploy-global")
        let steps = regions.map { region in
            let deployment = Deployment(region: region, version: version)
            return graph.add(Deployments.deploy, deployment, options: TickerOptions(tags: [region]))
        }
        // The first region that fails releases the last step, while others are still at it.
        let edges = steps.map { $0.when(.onSuccess, onParentFailure: .runNow) }
        graph.add(Deployments.goLive, version, following: edges)
        // end snippet
        return graph
    }

    static func functions(over fleet: Fleet) -> FunctionRegistry {
        var functions = FunctionRegistry()
        functions.register(deploy) { deployment, context in
            try await context.clock.sleep(for: fleet.duration(of: deployment.region))
            return try await fleet.deploy(deployment)
        }
        // snippet: region-deploy-handler
        functions.register(goLive) { version, context in
            let parents = try await context.parents()
            guard !parents.failures.isEmpty else { return "\(version) is live in \(parents.counts.succeeded) regions" }
            // Those that have not started are cancelled, those that are running are told to stop.
            try await context.cancelUnendedParents()
            for done in try await context.parents().outputs(of: deploy) {
                try await context.schedule(rollBack, done, when: .onFailure)
            }
            throw DeployFailed(reasons: parents.failures.values.sorted())
        }
        // end snippet
        functions.register(rollBack) { done, context in
            try await fleet.rollBack(done, attempt: context.attempt)
        }
        return functions
    }
}

struct DeployFailed: Error, CustomStringConvertible {
    let reasons: [String]
    var description: String { "not deployed: \(reasons.joined(separator: ", "))" }
}
