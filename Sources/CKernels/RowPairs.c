// Rows against rows in double precision: what metrics spend their time on.

#include "CKernels.h"
#include "Clones.h"

/// Four rows of b at a time, so that what is read of a serves four sums.
GAN_INLINE void pairs(
  const double *a, int64_t rows, const double *b, int64_t columns, int64_t depth, double *out, int squared) {
#pragma clang fp reassociate(on)
  for (int64_t i = 0; i < rows; i++) {
    const double *x = a + i * depth;
    for (int64_t j = 0; j < columns; j += 4) {
      const double *y0 = b + j * depth, *y1 = y0 + depth, *y2 = y1 + depth, *y3 = y2 + depth;
      double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
      GAN_VECTOR for (int64_t k = 0; k < depth; k++) {
        const double d0 = squared ? x[k] - y0[k] : x[k], d1 = squared ? x[k] - y1[k] : x[k];
        const double d2 = squared ? x[k] - y2[k] : x[k], d3 = squared ? x[k] - y3[k] : x[k];
        s0 += d0 * (squared ? d0 : y0[k]);
        s1 += d1 * (squared ? d1 : y1[k]);
        s2 += d2 * (squared ? d2 : y2[k]);
        s3 += d3 * (squared ? d3 : y3[k]);
      }
      double *to = out + i * columns + j;
      to[0] = s0, to[1] = s1, to[2] = s2, to[3] = s3;
    }
  }
}

GAN_CLONES
void gan_row_differences(
  const double *a, int64_t rows, const double *b, int64_t columns, int64_t depth, double *out) {
#pragma clang fp reassociate(on)
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < columns; j++) {
      const double *x = a + i * depth, *y = b + j * depth;
      double sum = 0;
      GAN_VECTOR for (int64_t k = 0; k < depth; k++) {
        const double d = __builtin_fabs(x[k] - y[k]);
        sum += d < 1 ? d : 1;
      }
      out[i * columns + j] = sum;
    }
  }
}

GAN_CLONES
void gan_row_products(
  const double *a, int64_t rows, const double *b, int64_t columns, int64_t depth, double *out) {
  pairs(a, rows, b, columns, depth, out, 0);
}

GAN_CLONES
void gan_row_distances(
  const double *a, int64_t rows, const double *b, int64_t columns, int64_t depth, double *out) {
  pairs(a, rows, b, columns, depth, out, 1);
}
