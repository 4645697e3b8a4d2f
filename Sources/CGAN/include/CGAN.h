#ifndef LIBGAN_CGAN_H
#define LIBGAN_CGAN_H
#include <stdint.h>
#endif
