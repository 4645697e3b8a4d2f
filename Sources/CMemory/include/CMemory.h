#ifndef LIBGAN_CMEMORY_H
#define LIBGAN_CMEMORY_H

// The one allocator for every buffer whose size depends on a recipe, a file or a caller.
// It can fail (a Swift Array cannot: it ends the process), it counts, it keeps a limit,
// and tests can tell it to fail. All functions may be called from any thread.

#include <stddef.h>
#include <stdint.h>

/// `count * size` bytes, zeroed, aligned to 64. NULL when the product overflows, the limit of the
/// process would be exceeded, the system has no memory, or a failure was asked for.
void *gan_memory_allocate(int64_t count, int64_t size);

/// Bytes that this takes of the limit; INT64_MAX when it never fits.
int64_t gan_memory_size(int64_t count, int64_t size);

/// Gives back what gan_memory_allocate gave. NULL is fine.
void gan_memory_free(void *pointer);

/// Bytes that may be held at once by this allocator; 0 for no limit.
void gan_memory_set_limit(int64_t bytes);
int64_t gan_memory_limit(void);

/// Bytes held now, the most ever held, and the number of allocations that this thread made.
int64_t gan_memory_held(void);
int64_t gan_memory_peak(void);
int64_t gan_memory_allocations(void);

/// For tests: this thread's allocation after `count` further ones fails, once. Negative: none fails.
void gan_memory_fail_after(int64_t count);

#endif
