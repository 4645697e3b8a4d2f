#define _GNU_SOURCE
#include "CAllocationCounter.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

// Stands in front of libc's malloc for the whole test program: what its own code and the Swift
// runtime ask for during a plan's run can be counted by the address that asked.

static _Thread_local int counting;
static _Thread_local int64_t count;

void allocation_counter_begin(void) {
  count = 0;
  counting = 1;
}

int64_t allocation_counter_end(void) {
  counting = 0;
  return count;
}

#if !defined(__has_feature) || !(__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void note(const void *caller) {
  if (!counting) return;
  counting = 0;  // dladdr may allocate
  Dl_info info;
  static const char *const others[] = {"libdnnl", "libstdc++", "libgomp", "libc.so", "ld-linux"};
  int is_ours = 1;
  if (dladdr(caller, &info) && info.dli_fname)
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
      if (strstr(info.dli_fname, others[i])) is_ours = 0;
  count += is_ours;
  counting = 1;
}

void *malloc(size_t size) {
  note(__builtin_return_address(0));
  return __libc_malloc(size);
}

void *calloc(size_t items, size_t size) {
  note(__builtin_return_address(0));
  return __libc_calloc(items, size);
}

void *realloc(void *old, size_t size) {
  note(__builtin_return_address(0));
  return __libc_realloc(old, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
  note(__builtin_return_address(0));
  *out = __libc_memalign(alignment, size);
  return *out ? 0 : 12;
}

void *aligned_alloc(size_t alignment, size_t size) {
  note(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}

#endif
