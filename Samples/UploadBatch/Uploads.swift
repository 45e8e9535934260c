import Tickers

struct Upload: Codable {
    var file: String
    var server: String
}

struct StoredFile: Codable {
    var url: String
}

/// A file goes to several servers; the batch follows all of them, and has to undo what was done when one fails.
enum Uploads {
    static let upload = TickerFunction<Upload, StoredFile>(
        "UploadToServer",
        options: TickerOptions(queue: "file-uploads")
    )
    static let batch = TickerFunction<String, String>("UploadBatch", options: TickerOptions(queue: "uploads"))

    static func workflow(_ file: String, to servers: [String]) -> Workflow {
        // snippet: upload-batch
        var graph = Workflow("upload-batch")
        let uploads = servers.enumerated().map { number, server in
            graph.add(
                Uploads.upload,
                Upload(file: file, server: server),
                due: .after(.milliseconds(number * 300)),  // one after the other, to spare the line
                options: TickerOptions(tags: [server])
            )
        }
        // A failure releases the batch at once; else it waits until all have succeeded.
        let edges = uploads.map { $0.when(.onSuccess, onParentFailure: .runNow) }
        graph.add(Uploads.batch, file, following: edges)
        // end snippet
        return graph
    }

    static func functions(over servers: FileServers) -> FunctionRegistry {
        var functions = FunctionRegistry()
        functions.register(upload) { upload, context in
            try await context.clock.sleep(for: .milliseconds(20))
            return try await servers.store(upload.file, on: upload.server)
        }
        // snippet: upload-batch-handler
        functions.register(batch) { file, context in
            let parents = try await context.parents()
            guard !parents.failures.isEmpty else {
                return "\(file) is on \(try parents.outputs(of: upload).count) servers"
            }
            try await context.cancelUnstartedParents()
            // Asked again, because an upload may have ended in between.
            let uploads = try await context.parents()
            for stored in try uploads.outputs(of: upload) { await servers.delete(stored) }
            throw BatchFailed(reasons: uploads.failures.values.sorted())
        }
        // end snippet
        return functions
    }
}

struct BatchFailed: Error, CustomStringConvertible {
    let reasons: [String]
    var description: String { "upload batch failed: \(reasons.joined(separator: ", "))" }
}

struct ServerDown: Error, CustomStringConvertible {
    let server: String
    var description: String { "\(server) is down" }
}

/// The servers, of which one may be down.
actor FileServers {
    private(set) var urls: Set<String> = []
    private(set) var diary: [String] = []
    private let broken: String?

    init(broken: String? = nil) {
        self.broken = broken
    }

    func store(_ file: String, on server: String) throws -> StoredFile {
        if server == broken { throw ServerDown(server: server) }
        let url = "https://\(server).example.com/\(file)"
        urls.insert(url)
        diary.append("stored \(url)")
        return StoredFile(url: url)
    }

    func delete(_ file: StoredFile) {
        urls.remove(file.url)
        diary.append("deleted \(file.url)")
    }
}
