#ifndef LIBGAN_CALLOCATIONCOUNTER_H
#define LIBGAN_CALLOCATIONCOUNTER_H

#include <stdint.h>

/// Begins to count the heap allocations of this thread whose caller is this program or the Swift
/// runtime: those of oneDNN, the C++ library and libc themselves are left out.
void allocation_counter_begin(void);
/// Ends it and gives the number.
int64_t allocation_counter_end(void);

#endif
