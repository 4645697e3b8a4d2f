#ifndef ABI_CHECKS_H
#define ABI_CHECKS_H

// The contract of include/gan.h, sentence by sentence, compiled by a C compiler. Each check gives NULL, or
// what it found wrong. Those with a path write a file there and remove it again; those with a folder
// find it empty and remove it.

/// A check, by what it needs: a path or a folder of its own, or nothing.
struct abi_check {
  const char *name;
  const char *(*run)(void);
  const char *(*run_with_path)(const char *path);
  int is_folder;
  /// It changes settings of the process: nothing else may use the library meanwhile.
  int is_alone;
};

extern const int abi_check_count;
const struct abi_check *abi_check_at(int index);

const char *abi_check_library(void);
const char *abi_check_errors(void);
const char *abi_check_results(void);
const char *abi_check_null_arguments(void);
const char *abi_check_handles(void);
const char *abi_check_texts(void);
const char *abi_check_structs(void);
const char *abi_check_defaults(void);
const char *abi_check_recipes(void);
const char *abi_check_refused_recipes(void);
const char *abi_check_life(const char *path);
const char *abi_check_info(void);
const char *abi_check_files(const char *folder);
const char *abi_check_steps(void);
const char *abi_check_divergence(void);
const char *abi_check_runs(void);
const char *abi_check_resuming(const char *path);
const char *abi_check_cancelling(void);
const char *abi_check_busy(void);
const char *abi_check_sampling(void);
const char *abi_check_applying(void);
const char *abi_check_rows(void);
const char *abi_check_evaluating(void);
const char *abi_check_datasets(const char *folder);
const char *abi_check_memory_datasets(void);
const char *abi_check_sounds(void);
const char *abi_check_tables(const char *folder);
const char *abi_check_information(void);
const char *abi_check_threads(void);
const char *abi_check_memory_limit(void);
const char *abi_check_signals(void);
const char *abi_check_log(const char *path);

/// Fails every allocation of every call, one by one. Not among the others: it reaches inside the library,
/// to tell its allocator to fail.
const char *abi_check_failing_memory(const char *folder);

#endif
