// swift-tools-version: 5.9
// The Swift package: `cargo xtask package --swift` puts it beneath cargo's target folder beside the generated source.
import PackageDescription

let package = Package(
    name: "Alongside",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [.`library`(name: "Alongside", targets: ["Alongside"])],
    targets: [
        .binaryTarget(name: "AlongsideFFI", path: "AlongsideFFI.xcframework"),
        .target(name: "Alongside", dependencies: ["AlongsideFFI"]),
    ]
)
