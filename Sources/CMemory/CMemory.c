#include "CMemory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { alignment = 64, huge_page = 2 << 20, own_pages = 1 << 20 };

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

static size_t whole_pages(int64_t bytes) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  return ((size_t)bytes + page - 1) / page * page;
}

/// Pages of its own, which are zero and take no memory before they are used. Where there are so many that large pages
/// help, what comes behind the header begins with one: hundreds of times fewer page faults now, and fewer misses
/// of the address cache later. The header itself is in a small page before it.
static char *map(int64_t bytes) {
  const size_t used = whole_pages(bytes), page = whole_pages(1);
  const int is_large = bytes >= 2 * huge_page;
  const size_t slack = is_large ? 2 * (size_t)huge_page : 0;
  char *whole = mmap(NULL, used + slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (whole == MAP_FAILED || !is_large) return whole == MAP_FAILED ? NULL : whole;
  char *first = whole + huge_page - (uintptr_t)whole % huge_page;
  char *begin = first - page, *end = first + used;
  if (begin > whole) munmap(whole, (size_t)(begin - whole));
  if (whole + used + slack > end) munmap(end, (size_t)(whole + used + slack - end));
#if defined(MADV_HUGEPAGE)
  madvise(first, used, MADV_HUGEPAGE);
#endif
  return first - alignment;
}

/// Gives back what `map` gave.
static void unmap(char *block, int64_t bytes) {
  const size_t used = whole_pages(bytes), page = whole_pages(1);
  if (bytes >= 2 * huge_page) {
    munmap(block + alignment - page, page + used);
  } else {
    munmap(block, used);
  }
}

void *gan_memory_allocate(int64_t count, int64_t size) {
  const int64_t bytes = gan_memory_size(count, size);
  allocations += 1;
  if (bytes == INT64_MAX || asked_to_fail() || !reserve(bytes)) return NULL;
  char *block = NULL;
  if (bytes >= own_pages) {
    block = map(bytes);
  } else if (posix_memalign((void **)&block, alignment, (size_t)bytes) == 0) {
    memset(block, 0, (size_t)bytes);
  }
  if (!block) {
    atomic_fetch_sub(&held, bytes);
    return NULL;
  }
  *(int64_t *)block = bytes;
  return block + alignment;
}

void gan_memory_free(void *pointer) {
  if (!pointer) return;
  char *block = (char *)pointer - alignment;
  const int64_t bytes = *(int64_t *)block;
  atomic_fetch_sub(&held, bytes);
  if (bytes >= own_pages) {
    unmap(block, bytes);
  } else {
    free(block);
  }
}

void gan_memory_set_limit(int64_t bytes) { atomic_store(&limit, bytes > 0 ? bytes : 0); }
int64_t gan_memory_limit(void) { return atomic_load(&limit); }
int64_t gan_memory_held(void) { return atomic_load(&held); }
int64_t gan_memory_peak(void) { return atomic_load(&peak); }
int64_t gan_memory_allocations(void) { return allocations; }
void gan_memory_fail_after(int64_t count) { failure = count; }
