#ifndef LIBGAN_CONEDNN_H
#define LIBGAN_CONEDNN_H
#include <stdint.h>
#endif
