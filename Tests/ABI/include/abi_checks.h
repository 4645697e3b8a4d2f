#ifndef ABI_CHECKS_H
#define ABI_CHECKS_H

// Programs against include/gan.h, compiled by a C compiler. Each gives NULL, or what it found wrong.

const char *abi_check_life(const char *path);
const char *abi_check_null_arguments(void);
const char *abi_check_handles(void);
const char *abi_check_texts(void);
const char *abi_check_busy(void);

#endif
