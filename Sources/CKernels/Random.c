// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011), many blocks side
// by side so that the rounds vectorise.

#include "CKernels.h"
#include "Elementary.h"

/// Blocks of four words made at once.
#define BLOCKS 64

typedef struct {
  uint64_t seed;
  uint32_t step, stream;
} state;

GAN_INLINE void philox(const state *s, uint64_t first_block, uint32_t words[4][BLOCKS]) {
  uint32_t *restrict w0 = words[0], *restrict w1 = words[1], *restrict w2 = words[2];
  uint32_t *restrict w3 = words[3];
  for (int i = 0; i < BLOCKS; i++) {
    const uint64_t block = first_block + (uint64_t)i;
    w0[i] = (uint32_t)block;
    w1[i] = (uint32_t)(block >> 32);
    w2[i] = s->stream;
    w3[i] = s->step;
  }
  uint32_t k0 = (uint32_t)s->seed, k1 = (uint32_t)(s->seed >> 32);
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < BLOCKS; i++) {
      const uint64_t p = (uint64_t)w0[i] * 0xd2511f53u, q = (uint64_t)w2[i] * 0xcd9e8d57u;
      const uint32_t a = (uint32_t)(q >> 32) ^ w1[i] ^ k0, b = (uint32_t)(p >> 32) ^ w3[i] ^ k1;
      w0[i] = a;
      w1[i] = (uint32_t)q;
      w2[i] = b;
      w3[i] = (uint32_t)p;
    }
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
}

#define TWO_TO_MINUS_24 5.9604644775390625e-8f

GAN_INLINE float unit(uint32_t word) { return (float)(int32_t)(word >> 8) * TWO_TO_MINUS_24; }

/// r cos(2 pi u), r sin(2 pi u) for u in [0, 1), by quadrants around multiples of a quarter turn.
GAN_INLINE void turn(float r, float u, float *cosine, float *sine) {
  const float quarters = u * 4.0f;
  const int32_t quadrant = (int32_t)(quarters + 0.5f);
  const float x = (quarters - (float)quadrant) * 1.57079632679f, z = x * x;
  float s = -1.9515295891e-4f;
  s = s * z + 8.3321608736e-3f;
  s = s * z - 1.6666654611e-1f;
  s = s * z * x + x;
  float c = 2.443315711809948e-5f;
  c = c * z - 1.388731625493765e-3f;
  c = c * z + 4.166664568298827e-2f;
  c = c * (z * z) - 0.5f * z + 1.0f;
  const float a = quadrant & 1 ? s : c, b = quadrant & 1 ? c : s;
  *cosine = r * (((quadrant + 1) & 2) != 0 ? -a : a);
  *sine = r * ((quadrant & 2) != 0 ? -b : b);
}

GAN_INLINE void normals(uint32_t words[4][BLOCKS], float out[4][BLOCKS]) {
  for (int pair = 0; pair < 4; pair += 2) {
    const uint32_t *first = words[pair], *second = words[pair + 1];
    float *even = out[pair], *odd = out[pair + 1];
    for (int i = 0; i < BLOCKS; i++) {
      const float u1 = ((float)(int32_t)(first[i] >> 8) + 1.0f) * TWO_TO_MINUS_24;
      const float r = __builtin_elementwise_sqrt(-2.0f * gan_log(u1));
      turn(r, unit(second[i]), &even[i], &odd[i]);
    }
  }
}

typedef enum { UNIFORM, NORMAL, BERNOULLI } kind;

/// Elements [first, first + count), whole batches of blocks at a time.
GAN_INLINE void draw(
  const state *s, kind which, uint32_t threshold, uint64_t first, int64_t count, float *out) {
  uint32_t words[4][BLOCKS];
  float values[4][BLOCKS];
  float row[4 * BLOCKS];
  uint64_t position = first;
  while (count > 0) {
    const uint64_t block = position / 4;
    philox(s, block, words);
    if (which == NORMAL) {
      normals(words, values);
    } else {
      for (int k = 0; k < 4; k++) {
        for (int i = 0; i < BLOCKS; i++) {
          values[k][i] =
            which == UNIFORM ? unit(words[k][i]) : words[k][i] >> 8 < threshold ? 1.0f : 0.0f;
        }
      }
    }
    for (int i = 0; i < BLOCKS; i++) {
      for (int k = 0; k < 4; k++) row[4 * i + k] = values[k][i];
    }
    const int64_t skip = (int64_t)(position % 4), held = 4 * BLOCKS - skip;
    const int64_t n = count < held ? count : held;
    for (int64_t i = 0; i < n; i++) out[i] = row[skip + i];
    out += n;
    count -= n;
    position += (uint64_t)n;
  }
}

GAN_CLONES
void gan_random_uniform(
  uint64_t seed, uint32_t step, uint32_t stream, uint64_t first_element, int64_t count, float *out) {
  const state s = {seed, step, stream};
  draw(&s, UNIFORM, 0, first_element, count, out);
}

GAN_CLONES
void gan_random_normal(
  uint64_t seed, uint32_t step, uint32_t stream, uint64_t first_element, int64_t count, float *out) {
  const state s = {seed, step, stream};
  draw(&s, NORMAL, 0, first_element, count, out);
}

GAN_CLONES
void gan_random_bernoulli(
  uint64_t seed, uint32_t step, uint32_t stream, uint64_t first_element, int64_t count,
  double probability, float *out) {
  const state s = {seed, step, stream};
  // word * 2^-24 < probability, decided in whole numbers.
  const double scaled = probability * 16777216.0;
  uint32_t threshold = !(scaled > 0.0) ? 0 : scaled >= 16777216.0 ? 16777216u : (uint32_t)scaled;
  if ((double)threshold < scaled && threshold < 16777216u) threshold++;
  draw(&s, BERNOULLI, threshold, first_element, count, out);
}

/// Of STRETCH numbers, by sums side by side.
enum { STRETCH = 256, SUMS = 32 };
GAN_CLONES
static double stretch_sum(const float *p) {
  double sums[SUMS] = {0};
  for (int i = 0; i < STRETCH; i += SUMS) {
    for (int k = 0; k < SUMS; k++) sums[k] += (double)p[i + k];
  }
  for (int half = SUMS / 2; half > 0; half /= 2) {
    for (int k = 0; k < half; k++) sums[k] += sums[k + half];
  }
  return sums[0];
}

/// The first category whose cumulative probability exceeds u: stretches are passed over by their sums, and
/// one that may hold it is looked at number by number.
static int64_t category_at(const float *p, int64_t categories, double u) {
  double sum = 0.0;
  for (int64_t first = 0; first < categories; first += STRETCH) {
    const int64_t end = categories - first < STRETCH ? categories : first + STRETCH;
    if (end - first == STRETCH) {
      const double after = sum + stretch_sum(p + first);
      if (u >= after) {
        sum = after;
        continue;
      }
    }
    for (int64_t category = first; category < end; category++) {
      sum += (double)p[category];
      if (u < sum) return category;
    }
  }
  // Rounding may leave the sum below u: the last possible category then.
  int64_t category = categories - 1;
  while (category > 0 && !(p[category] > 0.0f)) category--;
  return category;
}

void gan_random_categorical(
  uint64_t seed, uint32_t step, uint32_t stream, uint64_t first_row, int64_t rows,
  int64_t categories, const float *probabilities, float *out) {
  gan_random_uniform(seed, step, stream, first_row, rows, out);
  for (int64_t row = 0; row < rows; row++) {
    out[row] = (float)category_at(probabilities + row * categories, categories, (double)out[row]);
  }
}
