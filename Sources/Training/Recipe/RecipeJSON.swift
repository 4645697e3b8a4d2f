import Graphs

extension Recipe {
  /// The longest recipe that is read.
  static let greatestText = 1 << 20

  /// Reads a recipe. A `preset` in it is the base that its other keys change: objects are merged,
  /// but an object that names another network, optimiser or schedule replaces the old one.
  ///
  /// - Throws: `.format` for what is not JSON, `.argument` naming the key path otherwise.
  public init(json text: String) throws(GANError) {
    try self.init(json: text, settings: [])
  }

  /// Reads a recipe and then changes it by settings `key.path=value`. A value is JSON, or else a
  /// text as it stands: `optimizers.generator.rate=1e-4`, `objective.loss=hinge`.
  public init(json text: String, settings: [String]) throws(GANError) {
    guard text.utf8.count <= Self.greatestText else {
      throw GANError(
        .format, field: "recipe", expected: "at most \(Self.greatestText) bytes", got: text.utf8.count)
    }
    try self.init(json: JSON(parsing: text, name: "recipe"), settings: settings)
  }

  /// The same from a JSON object.
  ///
  /// - Throws: as `init(json:)`.
  public init(json: JSON, settings: [String] = []) throws(GANError) {
    guard case .object(var given) = json else {
      throw GANError(field: "recipe", expected: "an object", got: json.brief)
    }
    for setting in settings {
      let change = try Self.change(setting)
      given = given.merging(change)
    }
    if let name = given["preset"], name != .null {
      guard let text = name.text else {
        throw GANError(field: "preset", expected: "a text", got: name.brief)
      }
      guard case .object(let base) = try Preset.named(text).recipe else {
        throw GANError(.internal, "preset", "a recipe is an object")
      }
      given = base.merging(given)
    }
    let recipe: Recipe = try JSON.object(given).decode(name: "recipe")
    try recipe.validate()
    self = recipe
  }

  /// `a.b=c` as `{"a": {"b": c}}`.
  private static func change(_ setting: String) throws(GANError) -> JSON.Members {
    guard let equals = setting.firstIndex(of: "=") else {
      throw GANError(field: "set", expected: "key.path=value", got: "'\(setting)'")
    }
    let path = setting[..<equals].split(separator: ".", omittingEmptySubsequences: false)
    let text = String(setting[setting.index(after: equals)...])
    guard path.count <= 16, path.allSatisfy({ !$0.isEmpty }) else {
      throw GANError(field: "set", expected: "key.path=value", got: "'\(setting)'")
    }
    var value: JSON
    do throws(GANError) { value = try JSON(parsing: text) } catch { value = .string(text) }
    for key in path.reversed() {
      var members = JSON.Members()
      members[String(key)] = value
      value = .object(members)
    }
    guard case .object(let members) = value else { return JSON.Members() }
    return members
  }
}

extension JSON.Members {
  /// Keys that say what an object is: where they differ, the others' meaning does too.
  private static let identities = ["name", "architecture", "layers", "distribution"]

  /// These members changed by others.
  func merging(_ changes: JSON.Members) -> JSON.Members {
    var merged = self
    for (key, change) in zip(changes.keys, changes.values) {
      if case .object(let inner) = change, case .object(let old)? = merged[key],
        !Self.identities.contains(where: { inner[$0] != nil && inner[$0] != old[$0] })
      {
        merged[key] = .object(old.merging(inner))
      } else {
        merged[key] = change
      }
    }
    return merged
  }
}
