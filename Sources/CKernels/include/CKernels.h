#ifndef LIBGAN_CKERNELS_H
#define LIBGAN_CKERNELS_H
#include <stdint.h>
#endif
