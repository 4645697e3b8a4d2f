#ifndef LIBGAN_CZLIB_H
#define LIBGAN_CZLIB_H
#include <stdint.h>
#endif
