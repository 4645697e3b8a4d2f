import Graphs

func readDataset(_ path: String, _ options: DatasetOptions) throws(GANError) -> Dataset {
  try checkPath(path)
  throw GANError(.unsupported, path, "no reader for it")
}
