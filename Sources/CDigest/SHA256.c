#include <stdatomic.h>
#include <string.h>

#include "CDigest.h"

// FIPS 180-4, section 4.2.2.
static const uint32_t constants[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotated(uint32_t x, int n) { return x >> n | x << (32 - n); }

static uint32_t big_endian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void one_block(uint32_t state[8], const uint8_t *block) {
  uint32_t w[64], s[8];
  for (int i = 0; i < 16; i++) w[i] = big_endian(block + 4 * i);
  for (int i = 16; i < 64; i++) {
    const uint32_t early = rotated(w[i - 15], 7) ^ rotated(w[i - 15], 18) ^ w[i - 15] >> 3;
    const uint32_t late = rotated(w[i - 2], 17) ^ rotated(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + early + w[i - 7] + late;
  }
  memcpy(s, state, sizeof s);
  for (int i = 0; i < 64; i++) {
    const uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
    const uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
    const uint32_t low = rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25);
    const uint32_t high = rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22);
    const uint32_t first = s[7] + low + choice + constants[i] + w[i];
    memmove(s + 1, s, 7 * sizeof s[0]);
    s[4] += first;
    s[0] = first + high + majority;
  }
  for (int i = 0; i < 8; i++) state[i] += s[i];
}

void gan_sha256_blocks_plain(uint32_t state[8], const void *blocks, int64_t count) {
  for (int64_t i = 0; i < count; i++) one_block(state, (const uint8_t *)blocks + 64 * i);
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

static int find_sha(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1)) return 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && b & bit_SHA;
}

// Asked once: in a virtual machine the question takes as long as digesting 64 KB.
static int has_sha(void) {
  static _Atomic int known = -1;
  int found = atomic_load_explicit(&known, memory_order_relaxed);
  if (found < 0) {
    found = find_sha();
    atomic_store_explicit(&known, found, memory_order_relaxed);
  }
  return found;
}

// The instructions hold the state as (a, b, e, f) and (c, d, g, h), highest first, and do two rounds
// each; w holds the schedule's last sixteen words, four to a vector.
__attribute__((target("sha,ssse3,sse4.1")))
static void blocks_by_instructions(uint32_t state[8], const uint8_t *block, int64_t count) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0x1b);
  const __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state + 1), 0x1b);
  __m128i abef = _mm_unpackhi_epi64(efgh, abcd), cdgh = _mm_unpacklo_epi64(efgh, abcd);
  for (; count > 0; count--, block += 64) {
    const __m128i old_abef = abef, old_cdgh = cdgh;
    __m128i w[4];
    for (int i = 0; i < 4; i++)
      w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)block + i), swap);
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) {
      const __m128i last = w[(i + 3) & 3];
      const __m128i sum = _mm_add_epi32(w[i & 3], _mm_loadu_si128((const __m128i *)constants + i));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
      const __m128i early = _mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]);
      const __m128i middle = _mm_alignr_epi8(last, w[(i + 2) & 3], 4);
      w[i & 3] = _mm_sha256msg2_epu32(_mm_add_epi32(early, middle), last);
    }
    abef = _mm_add_epi32(abef, old_abef);
    cdgh = _mm_add_epi32(cdgh, old_cdgh);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1b), hgdc = _mm_shuffle_epi32(cdgh, 0x1b);
  _mm_storeu_si128((__m128i *)state, _mm_unpacklo_epi64(feba, hgdc));
  _mm_storeu_si128((__m128i *)state + 1, _mm_unpackhi_epi64(feba, hgdc));
}

void gan_sha256_blocks(uint32_t state[8], const void *blocks, int64_t count) {
  if (has_sha()) blocks_by_instructions(state, blocks, count);
  else gan_sha256_blocks_plain(state, blocks, count);
}
#else
void gan_sha256_blocks(uint32_t state[8], const void *blocks, int64_t count) {
  gan_sha256_blocks_plain(state, blocks, count);
}
#endif
