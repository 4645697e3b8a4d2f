#ifndef LIBGAN_BFLOAT16_H
#define LIBGAN_BFLOAT16_H

// The upper half of a single-precision number: 8 bits of exponent, 7 of mantissa.

#include "Elementary.h"

GAN_INLINE float gan_from_bf16(uint16_t x) { return gan_from_bits((uint32_t)x << 16); }

/// To the nearest, ties to even; a NaN stays one.
GAN_INLINE uint16_t gan_to_bf16(float x) {
  const uint32_t bits = gan_bits(x);
  const uint32_t rounded = bits + 0x7fffu + ((bits >> 16) & 1u);
  return (uint16_t)((x != x ? bits | 0x400000u : rounded) >> 16);
}

#endif
