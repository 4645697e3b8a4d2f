// gan.h 7: Defaults

import CGAN

// The init functions: every option struct starts from them, so that a field added later has its
// default in programs compiled again without change.

/// Zeroes a batch and sets its struct_size. NULL is ignored.
@_cdecl("gan_batch_init")
public func gan_batch_init(_ batch: UnsafeMutablePointer<gan_batch>?) {
  var value = gan_batch()
  value.struct_size = UInt32(MemoryLayout<gan_batch>.size)
  batch?.pointee = value
}

/// Sets every field to its default: one sample of any class, seed 0, averaged weights. NULL is
/// ignored.
@_cdecl("gan_sample_options_init")
public func gan_sample_options_init(_ options: UnsafeMutablePointer<gan_sample_options>?) {
  var value = gan_sample_options()
  value.struct_size = UInt32(MemoryLayout<gan_sample_options>.size)
  value.label = -1
  value.count = 1
  value.truncation = 1
  value.temperature = 1
  value.averaged = 1
  options?.pointee = value
}

/// Sets every field to its default: a report every step, no bound in time, as many steps as the
/// recipe says. NULL is ignored.
@_cdecl("gan_train_options_init")
public func gan_train_options_init(_ options: UnsafeMutablePointer<gan_train_options>?) {
  var value = gan_train_options()
  value.struct_size = UInt32(MemoryLayout<gan_train_options>.size)
  value.report_interval = 1
  options?.pointee = value
}

/// Zeroes the figures and sets struct_size. NULL is ignored.
@_cdecl("gan_step_stats_init")
public func gan_step_stats_init(_ stats: UnsafeMutablePointer<gan_step_stats>?) {
  var value = gan_step_stats()
  value.struct_size = UInt32(MemoryLayout<gan_step_stats>.size)
  stats?.pointee = value
}
