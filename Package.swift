// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// The samples that tell one story each.
let samples = [
    "OrderPipeline", "FanOut",
    "UploadBatch", "TestSuite", "RegionDeploy",
    "HandlerChain", "BrokenChain", "ForgivingChain",
    "ConditionalWorkflow", "ParallelWorkflow", "RecoveryWorkflow",
].map { name in
    Target.executableTarget(
        name: name,
        dependencies: ["Tickers"],
        path: "Samples/\(name)",
        exclude: ["README.md"],
        swiftSettings: settings
    )
}

let package = Package(
    name: "swift-tickers",
    platforms: [.macOS(.v15), .iOS(.v18)],
    products: [
        .executable(name: "tickers", targets: ["TickersTool"]),
        .library(name: "Tickers", targets: ["Tickers"]),
        .library(name: "TickersSQLite", targets: ["TickersSQLite"]),
        .library(name: "TickersSQLiteTesting", targets: ["TickersSQLiteTesting"]),
        .library(name: "TickersTesting", targets: ["TickersTesting"]),
    ],
    targets: [
        .target(name: "Tickers", swiftSettings: settings),
        .systemLibrary(
            name: "CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]
        ),
        .target(name: "TickersSQLite", dependencies: ["Tickers", "CSQLite"], swiftSettings: settings),
        .target(name: "TickersCommand", dependencies: ["Tickers", "TickersSQLite"], swiftSettings: settings),
        .executableTarget(name: "TickersTool", dependencies: ["TickersCommand"], swiftSettings: settings),
        .target(name: "CFaultyDisk", dependencies: ["CSQLite"]),
        .target(
            name: "TickersSQLiteTesting",
            dependencies: ["Tickers", "TickersSQLite", "TickersTesting", "CFaultyDisk"],
            swiftSettings: settings
        ),
        .target(name: "TickersTesting", dependencies: ["Tickers"], swiftSettings: settings),
        .executableTarget(
            name: "OrderWorkflow",
            dependencies: ["Tickers", "TickersSQLite"],
            path: "Samples/OrderWorkflow",
            exclude: ["README.md", "orders.json"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "NightlyReport",
            dependencies: ["Tickers", "TickersTesting"],
            path: "Samples/NightlyReport",
            exclude: ["README.md"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Benchmarks",
            dependencies: ["Tickers", "TickersSQLite", "TickersSQLiteTesting"],
            path: "Tests/Benchmarks",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "CrashSweep",
            dependencies: ["Tickers", "TickersSQLite", "TickersSQLiteTesting"],
            path: "Tests/CrashSweep",
            swiftSettings: settings
        ),
        .testTarget(
            name: "TickersTests",
            dependencies: ["Tickers", "TickersSQLiteTesting", "TickersTesting"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TickersSQLiteTests",
            dependencies: ["Tickers", "TickersSQLite", "TickersSQLiteTesting", "TickersTesting", "CSQLite"],
            exclude: ["Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CommandTests",
            dependencies: ["Tickers", "TickersCommand", "TickersSQLite", "TickersTesting"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SeedTests",
            dependencies: ["Tickers", "TickersSQLiteTesting", "TickersTesting"],
            swiftSettings: settings
        ),
        .testTarget(name: "TidyTests", swiftSettings: settings),
    ] + samples,
    swiftLanguageModes: [.v6]
)
