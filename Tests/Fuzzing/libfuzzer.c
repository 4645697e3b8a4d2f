// The door for libFuzzer; TARGET is the function of Fuzzing.swift.

#include <stddef.h>
#include <stdint.h>

void TARGET(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  TARGET(bytes, count);
  return 0;
}
