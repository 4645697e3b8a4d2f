#ifndef LIBGAN_ELEMENTARY_H
#define LIBGAN_ELEMENTARY_H

// Elementary functions without branches, calls or tables, so that loops over them vectorise.
// Within a few units in the last place over the whole range; infinities, NaN, zeros and subnormal
// numbers give what the C library gives. Polynomials after Cephes (Moshier, single precision).

#include <stdint.h>
#include <string.h>

#include "Clones.h"

#pragma clang fp contract(fast)

GAN_INLINE uint32_t gan_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

GAN_INLINE float gan_from_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/// The absolute value, NaN included.
GAN_INLINE float gan_magnitude(float x) { return gan_from_bits(gan_bits(x) & 0x7fffffffu); }

/// The magnitude of `x` with the sign of `sign`.
GAN_INLINE float gan_signed(float x, float sign) {
  return gan_from_bits((gan_bits(x) & 0x7fffffffu) | (gan_bits(sign) & 0x80000000u));
}

GAN_INLINE float gan_exp(float x) {
  // Beyond these bounds the result is infinite or zero; the comparisons keep NaN.
  float t = x > 89.0f ? 89.0f : x;
  t = t < -105.0f ? -105.0f : t;
  // Adding 1.5 * 2^23 rounds to a whole number, which then stands in the low bits.
  const float shifter = 12582912.0f;
  float shifted = t * 1.44269504088896341f + shifter;
  int32_t k = (int32_t)(gan_bits(shifted) - gan_bits(shifter));
  float whole = shifted - shifter;
  float r = t - whole * 0.693359375f;
  r = r - whole * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  // In two factors, since 2^k itself may be infinite or subnormal.
  int32_t half = k >> 1;
  float low = gan_from_bits((uint32_t)(half + 127) << 23);
  float high = gan_from_bits((uint32_t)(k - half + 127) << 23);
  return p * low * high;
}

GAN_INLINE float gan_log(float x) {
  // Subnormal numbers are brought to the normal range first.
  float tiny = x < 1.17549435e-38f ? 1.0f : 0.0f;
  float scaled = tiny != 0.0f ? x * 8388608.0f : x;
  uint32_t bits = gan_bits(scaled);
  // The mantissa is taken between sqrt(1/2) and sqrt(2).
  int32_t shifted = (int32_t)(bits - 0x3f3504f3u);
  int32_t exponent = shifted >> 23;
  float f = gan_from_bits(bits - ((uint32_t)shifted & 0xff800000u)) - 1.0f;
  float e = (float)exponent - tiny * 23.0f;
  float z = f * f;
  float y = 7.0376836292e-2f;
  y = y * f - 1.1514610310e-1f;
  y = y * f + 1.1676998740e-1f;
  y = y * f - 1.2420140846e-1f;
  y = y * f + 1.4249322787e-1f;
  y = y * f - 1.6668057665e-1f;
  y = y * f + 2.0000714765e-1f;
  y = y * f - 2.4999993993e-1f;
  y = y * f + 3.3333331174e-1f;
  y = y * f * z;
  y = e * -2.12194440e-4f + y;
  y = y - 0.5f * z;
  float result = f + y;
  result = e * 0.693359375f + result;
  const float infinity = __builtin_inff();
  result = x == infinity ? infinity : result;
  result = x == 0.0f ? -infinity : result;
  result = x < 0.0f ? __builtin_nanf("") : result;
  return x != x ? x : result;
}

GAN_INLINE float gan_tanh(float x) {
  float m = gan_magnitude(x);
  float z = x * x;
  float p = -5.70498872745e-3f;
  p = p * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  float near = p * z * x + x;
  float far = 1.0f - 2.0f / (gan_exp(m + m) + 1.0f);
  return m < 0.625f ? near : gan_signed(far, x);
}

GAN_INLINE float gan_sigmoid(float x) {
  float e = gan_exp(-gan_magnitude(x));
  return (x >= 0.0f ? 1.0f : e) / (1.0f + e);
}

GAN_INLINE float gan_softplus(float x) {
  float e = gan_exp(-gan_magnitude(x));
  // log(1 + e) with what rounding 1 + e lost added back, times roughly 1 / u.
  float u = 1.0f + e;
  float lost = e - (u - 1.0f);
  return (x > 0.0f ? x : 0.0f) + (gan_log(u) + lost * (1.0f - 0.5f * e));
}

GAN_INLINE float gan_sine(float x) {
  // What is left of half turns, in double precision: exact enough up to where it is given up.
  const double shifter = 6755399441055744.0;
  const double turned = (double)x * 0.318309886183790672 + shifter;
  const double whole = turned - shifter;
  const float r = (float)((double)x - whole * 3.14159265358979312 - whole * 1.22464679914735321e-16);
  uint64_t bits;
  memcpy(&bits, &turned, sizeof bits);
  const float z = r * r;
  float p = -2.5052108385e-8f;
  p = p * z + 2.7557319224e-6f;
  p = p * z - 1.9841269841e-4f;
  p = p * z + 8.3333333333e-3f;
  p = p * z - 1.6666666667e-1f;
  const float s = p * z * r + r;
  // An odd number of half turns: the other sign.
  const float y = gan_from_bits(gan_bits(s) ^ (uint32_t)(bits << 31));
  return gan_magnitude(x) < 1073741824.0f ? y : x - x;
}

GAN_INLINE float gan_maximum(float a, float b) { return a > b ? a : a != a ? a : b; }
GAN_INLINE float gan_minimum(float a, float b) { return a < b ? a : a != a ? a : b; }

#endif
