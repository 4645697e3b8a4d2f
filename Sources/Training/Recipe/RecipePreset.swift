import Graphs

extension Recipe {
  /// The recipe of a preset (see `Preset.all`), to be changed as needed.
  ///
  /// - Throws: `.argument` listing the known names.
  public init(preset name: String) throws(GANError) {
    try self.init(json: .object(["preset": .string(name)]))
  }
}
