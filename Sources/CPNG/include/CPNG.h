#ifndef LIBGAN_CPNG_H
#define LIBGAN_CPNG_H
#include <stdint.h>
#endif
