import ArgumentParser
import GAN

/// `gan`: trains, samples and inspects models from the command line.
@main struct GANCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gan",
    abstract: "Trains generative adversarial networks and samples from them.",
    subcommands: [
      TrainCommand.self, SampleCommand.self, EvaluateCommand.self, InfoCommand.self, PresetsCommand.self,
    ])

  /// Errors of ours are one line and exit code 1; wrong usage is ArgumentParser's text and 2.
  static func main() {
    do {
      var command = try parseAsRoot()
      do {
        try command.run()
      } catch let error as GANError {
        Terminal.say("gan: \(error)")
        Self.exit(withError: ExitCode(1))
      }
    } catch  where exitCode(for: error) == .validationFailure {
      Terminal.say("gan: \(fullMessage(for: error))")
      Self.exit(withError: ExitCode(2))
    } catch {
      Self.exit(withError: error)
    }
  }
}
