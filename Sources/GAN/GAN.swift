// The module a Swift user imports: it re-exports, and holds nothing itself. Of graphs and networks only
// the types that stand in the public signatures, and those that a recipe is made of.
@_exported import Datasets
@_exported import class Graphs.Buffer
@_exported import struct Graphs.GANError
@_exported import struct Graphs.Shape
@_exported import struct Metrics.KnownModes
@_exported import struct Metrics.Metric
@_exported import struct Metrics.MetricValue
@_exported import struct Networks.Activation
@_exported import struct Networks.CTGAN
@_exported import struct Networks.Classifier
@_exported import struct Networks.DCGAN
@_exported import enum Networks.Initialization
@_exported import struct Networks.Network
@_exported import enum Networks.Normalization
@_exported import struct Networks.Perceptron
@_exported import struct Networks.Recurrent
@_exported import struct Networks.TextCNN
@_exported import struct Networks.WaveGAN
@_exported import enum Plans.Precision
@_exported import Training
