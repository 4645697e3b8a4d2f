// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Ring",
  dependencies: [.package(name: "libgan", path: "../..")],
  targets: [
    .executableTarget(name: "Ring", dependencies: [.product(name: "GAN", package: "libgan")]),
    .testTarget(name: "RingTests", dependencies: [.product(name: "GAN", package: "libgan")]),
  ]
)
