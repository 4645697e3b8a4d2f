#include "CMemory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { alignment = 64, huge_page = 2 << 20 };

static _Atomic int64_t limit, held, peak;
static _Thread_local int64_t allocations;
static _Thread_local int64_t failure = -1;

static int asked_to_fail(void) { return failure >= 0 && failure-- == 0; }

/// Adds to what is held, unless the limit forbids it.
static int reserve(int64_t bytes) {
  int64_t now = atomic_load(&held);
  do {
    const int64_t most = atomic_load(&limit);
    if (bytes > INT64_MAX - now || (most > 0 && now + bytes > most)) return 0;
  } while (!atomic_compare_exchange_weak(&held, &now, now + bytes));
  int64_t highest = atomic_load(&peak);
  while (now + bytes > highest && !atomic_compare_exchange_weak(&peak, &highest, now + bytes)) {}
  return 1;
}

int64_t gan_memory_size(int64_t count, int64_t size) {
  int64_t bytes;
  if (count < 0 || size < 0 || __builtin_mul_overflow(count, size, &bytes)) return INT64_MAX;
  // A header of one alignment unit remembers the size, so that freeing can uncount it.
  if (__builtin_add_overflow(bytes, 2 * alignment, &bytes)) return INT64_MAX;
  return bytes - bytes % alignment;
}

void *gan_memory_allocate(int64_t count, int64_t size) {
  const int64_t bytes = gan_memory_size(count, size);
  allocations += 1;
  if (bytes == INT64_MAX || asked_to_fail() || !reserve(bytes)) return NULL;
  char *block = NULL;
  const int is_large = bytes >= 2 * huge_page;
  if (posix_memalign((void **)&block, is_large ? huge_page : alignment, (size_t)bytes) != 0) {
    atomic_fetch_sub(&held, bytes);
    return NULL;
  }
#if defined(MADV_HUGEPAGE)
  // Hundreds of times fewer page faults now, and fewer misses of the address cache later.
  if (is_large) madvise(block, (size_t)bytes, MADV_HUGEPAGE);
#endif
  memset(block, 0, (size_t)bytes);
  *(int64_t *)block = bytes;
  return block + alignment;
}

void gan_memory_free(void *pointer) {
  if (!pointer) return;
  char *block = (char *)pointer - alignment;
  atomic_fetch_sub(&held, *(int64_t *)block);
  free(block);
}

void gan_memory_set_limit(int64_t bytes) { atomic_store(&limit, bytes > 0 ? bytes : 0); }
int64_t gan_memory_limit(void) { return atomic_load(&limit); }
int64_t gan_memory_held(void) { return atomic_load(&held); }
int64_t gan_memory_peak(void) { return atomic_load(&peak); }
int64_t gan_memory_allocations(void) { return allocations; }
void gan_memory_fail_after(int64_t count) { failure = count; }
