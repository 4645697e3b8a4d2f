// Runs every check of Tests/ABI, or those named: the program for sanitizers and valgrind.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../include/gan.h"
#include "../ABI/include/abi_checks.h"

static const char *run(const struct abi_check *check) {
  static char found[256];
  char folder[] = "/tmp/gan-contract-XXXXXX", path[64];
  if (check->run) return check->run();
  if (!mkdtemp(folder)) return "no temporary folder";
  snprintf(path, sizeof path, "%s/file", folder);
  const char *answer = check->run_with_path(check->is_folder ? folder : path);
  remove(path);
  if (rmdir(folder) == 0 || answer || check->is_folder) return answer;
  snprintf(found, sizeof found, "something is left in %s", folder);
  return found;
}

int main(int count, char **names) {
  int failures = 0, done = 0;
  for (int i = 0; i < abi_check_count; i++) {
    int wanted = count == 1;
    for (int j = 1; j < count; j++) wanted |= strcmp(names[j], abi_check_at(i)->name) == 0;
    if (!wanted) continue;
    const char *found = run(abi_check_at(i));
    if (found) fprintf(stderr, "%s: %s (%s)\n", abi_check_at(i)->name, found, gan_last_error());
    failures += found != NULL;
    done++;
  }
  printf("%d of %d checks of the contract hold\n", done - failures, done);
  return failures || !done;
}
