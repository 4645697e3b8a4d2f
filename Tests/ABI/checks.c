#include "include/abi_checks.h"

#include <stddef.h>

#define CHECK(name) {#name, abi_check_##name, NULL, 0, 0}
#define WITH_PATH(name) {#name, NULL, abi_check_##name, 0, 0}
#define WITH_FOLDER(name) {#name, NULL, abi_check_##name, 1, 0}

static const struct abi_check abi_checks[] = {
  CHECK(library),
  CHECK(errors),
  CHECK(results),
  CHECK(null_arguments),
  CHECK(handles),
  CHECK(texts),
  CHECK(structs),
  CHECK(defaults),
  CHECK(recipes),
  CHECK(refused_recipes),
  WITH_PATH(life),
  CHECK(info),
  WITH_FOLDER(files),
  CHECK(steps),
  CHECK(divergence),
  CHECK(runs),
  WITH_PATH(resuming),
  CHECK(cancelling),
  CHECK(busy),
  CHECK(sampling),
  CHECK(applying),
  CHECK(rows),
  CHECK(evaluating),
  WITH_FOLDER(datasets),
  CHECK(memory_datasets),
  CHECK(sounds),
  WITH_FOLDER(tables),
  CHECK(information),
  {"threads", abi_check_threads, NULL, 0, 1},
  {"memory_limit", abi_check_memory_limit, NULL, 0, 1},
  {"signals", abi_check_signals, NULL, 0, 1},
  {"log", NULL, abi_check_log, 0, 1},
};

const struct abi_check *abi_check_at(int index) { return &abi_checks[index]; }

const int abi_check_count = sizeof abi_checks / sizeof *abi_checks;
