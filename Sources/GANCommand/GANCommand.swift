import ArgumentParser

@main struct GANCommand: ParsableCommand {}
