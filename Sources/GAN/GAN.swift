// The module a Swift user imports: it re-exports, and holds nothing itself. Of the graph only the
// types that stand in the public signatures, not its operators.
@_exported import Datasets
@_exported import struct Graphs.GANError
@_exported import struct Graphs.Shape
@_exported import Training
@_exported import class Graphs.Buffer
