#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <string.h>

#include "../ABI/support.h"

enum { HANDLES = 32, FLOATS = 4096, CHARACTERS = 1 << 16, LONG_TEXT = 1 << 20 };

/// One thread's state.
struct fuzz {
  uint64_t state;
  int64_t calls, made, fine, trained;
  int index, depth;
  float *floats, *out;
  int32_t *labels;
  char *text, *buffer, *long_text;
};

/// Models in the first half, datasets in the second; stale ones in both.
extern _Atomic uint64_t fuzz_handles[HANDLES];
extern char fuzz_folder[256];

uint64_t fuzz_number(struct fuzz *f);
uint64_t fuzz_below(struct fuzz *f, uint64_t end);
int64_t fuzz_size(struct fuzz *f);
double fuzz_real(struct fuzz *f);
uint64_t fuzz_handle(struct fuzz *f);
void fuzz_keep(struct fuzz *f, uint64_t handle, int is_model);
gan_status fuzz_check(gan_status status, const char *function);
void fuzz_fail(const char *what, const char *function);

int fuzz_begin(struct fuzz *f);
void fuzz_end(struct fuzz *f);
/// One call, of any function with any arguments, and those that its callbacks make.
void fuzz_call(struct fuzz *f);

#endif
