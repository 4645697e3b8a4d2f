// swift-tools-version: 6.1
import PackageDescription

// The targets' dependencies are the layering of ARCHITECTURE.md: nothing imports upward.
let package = Package(
  name: "libgan",
  products: [
    .library(name: "GAN", targets: ["GAN"]),
    .library(name: "GANABI", type: .dynamic, targets: ["GANABI"]),
    .executable(name: "gan", targets: ["GANCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .target(name: "CMemory"),
    .target(name: "CKernels"),
    .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl")]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png"), .linkedLibrary("m")]),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    .target(name: "CDigest"),
    .target(name: "CGAN"),

    .target(name: "Graphs", dependencies: ["CMemory"]),
    .target(name: "Plans", dependencies: ["Graphs", "COneDNN", "CKernels"]),
    .target(name: "Networks", dependencies: ["Graphs"]),
    .target(name: "Datasets", dependencies: ["Graphs", "CPNG", "CZlib"]),
    .target(name: "Metrics", dependencies: ["Plans", "Networks", "Datasets", "CKernels"]),
    .target(name: "Training", dependencies: ["Plans", "Networks", "Datasets", "Metrics", "CDigest"]),
    .target(name: "GAN", dependencies: ["Training", "Networks"]),
    .target(name: "GANABI", dependencies: ["GAN", "Plans", "CGAN", "CMemory"]),
    .executableTarget(
      name: "GANCommand",
      dependencies: ["GAN", .product(name: "ArgumentParser", package: "swift-argument-parser")]),

    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    .testTarget(name: "GraphsTests", dependencies: ["Graphs"]),
    .testTarget(
      name: "PlansTests", dependencies: ["Plans", "CKernels", "COneDNN", "Graphs", "CAllocationCounter"]),
    .testTarget(name: "NetworksTests", dependencies: ["Networks"], exclude: ["Goldens"]),
    .testTarget(name: "MetricsTests", dependencies: ["Metrics", "Training"], exclude: ["Goldens"]),
    .testTarget(name: "GANCommandTests", dependencies: ["GANCommand", "GAN"]),
    .testTarget(name: "TrainingTests", dependencies: ["Training", "CDigest"], exclude: ["Goldens"]),
    .target(name: "CABIChecks", path: "Tests/ABI"),
    .testTarget(name: "GANABITests", dependencies: ["GANABI", "GAN", "CGAN", "CABIChecks"]),
    .testTarget(
      name: "DatasetsTests", dependencies: ["Datasets", "CMemory", "CDatasetsFixtures"], exclude: ["Goldens"]),
    .target(
      name: "CDatasetsFixtures", path: "Tests/CDatasetsFixtures", linkerSettings: [.linkedLibrary("z")]),
  ]
)

// For scripts/test-fuzz-files alone: what libFuzzer calls needs instrumented code around it.
if Context.environment["LIBGAN_FUZZING"] != nil {
  package.products.append(.library(name: "Fuzzing", type: .dynamic, targets: ["Fuzzing"]))
  package.targets.append(
    .target(
      name: "Fuzzing", dependencies: ["Training", "Datasets", "Graphs", "CMemory"], path: "Tests/Fuzzing",
      exclude: ["libfuzzer.c"]))
}
