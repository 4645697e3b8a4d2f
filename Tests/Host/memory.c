// Failing memory, for a library that still shows its allocator (scripts/host-programs address).
//
// usage: memory FOLDER

#include <stdio.h>

#include "../../include/gan.h"
#include "../ABI/include/abi_checks.h"

int main(int count, char **arguments) {
  const char *found = count == 2 ? abi_check_failing_memory(arguments[1]) : "usage: memory FOLDER";
  if (found) fprintf(stderr, "%s (%s)\n", found, gan_last_error());
  return found != NULL;
}
