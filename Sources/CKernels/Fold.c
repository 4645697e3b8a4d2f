// Kernel positions gathered from an image, and added up to one.

#include <string.h>

#include "CKernels.h"
#include "Clones.h"

/// `count` runs of `length`, from `from_step` to `to_step` elements apart.
GAN_INLINE void add_runs(
  const float *from, int64_t from_step, float *to, int64_t to_step, int64_t count, int64_t length) {
  for (int64_t i = 0; i < count; i++, from += from_step, to += to_step) {
    for (int64_t k = 0; k < length; k++) to[k] += from[k];
  }
}

/// The usual lengths (kernel width times 1, 3 or 4 channels) become a few vector additions.
GAN_CLONES
static void add_all_runs(
  const float *from, int64_t from_step, float *to, int64_t to_step, int64_t count, int64_t length) {
  switch (length) {
    case 3: add_runs(from, from_step, to, to_step, count, 3); break;
    case 4: add_runs(from, from_step, to, to_step, count, 4); break;
    case 5: add_runs(from, from_step, to, to_step, count, 5); break;
    case 9: add_runs(from, from_step, to, to_step, count, 9); break;
    case 12: add_runs(from, from_step, to, to_step, count, 12); break;
    case 15: add_runs(from, from_step, to, to_step, count, 15); break;
    case 16: add_runs(from, from_step, to, to_step, count, 16); break;
    default: add_runs(from, from_step, to, to_step, count, length);
  }
}

/// Output position `o` of a row, of which only a part may lie in the image.
static void add_part(const gan_fold_sizes *s, const float *from, float *row, int64_t o) {
  const int64_t start = o * s->stride[1] - s->low[1];
  const int64_t first = start < 0 ? -start : 0;
  const int64_t left = s->size[1] - start, last = left < s->kernel[1] ? left : s->kernel[1];
  for (int64_t i = first * s->channels; i < last * s->channels; i++) row[start * s->channels + i] += from[i];
}

/// One row of the kernel at one row of output: everything that goes to one row of the image.
static void add_row(const gan_fold_sizes *s, const float *columns, float *row) {
  const int64_t step = s->kernel[0] * s->kernel[1] * s->channels;
  // Positions [begin, end) lie in the image as a whole.
  int64_t begin = (s->low[1] + s->stride[1] - 1) / s->stride[1];
  const int64_t room = s->size[1] + s->low[1] - s->kernel[1];
  int64_t end = room < 0 ? 0 : room / s->stride[1] + 1;
  if (end > s->output[1]) end = s->output[1];
  if (begin > end) begin = end;
  for (int64_t o = 0; o < begin; o++) add_part(s, columns + o * step, row, o);
  for (int64_t o = end; o < s->output[1]; o++) add_part(s, columns + o * step, row, o);
  // Neighbours overlap; taking every so many in turn, an addition never waits for the last store.
  const int64_t turns = (s->kernel[1] + s->stride[1] - 1) / s->stride[1];
  for (int64_t turn = 0; turn < turns && begin + turn < end; turn++) {
    const int64_t o = begin + turn;
    add_all_runs(
      columns + o * step, turns * step, row + (o * s->stride[1] - s->low[1]) * s->channels,
      turns * s->stride[1] * s->channels, (end - o + turns - 1) / turns, s->kernel[1] * s->channels);
  }
}

void gan_fold(
  const gan_fold_sizes *s, const float *columns, float *image, int64_t begin, int64_t end) {
  const int64_t row = s->size[1] * s->channels, span = s->kernel[1] * s->channels;
  memset(image + begin * row, 0, (size_t)((end - begin) * row) * sizeof(float));
  for (int64_t i = begin; i < end; i++) {
    // From the kernel's last row on: positions of the output in ascending order.
    for (int64_t k = s->kernel[0] - 1; k >= 0; k--) {
      const int64_t start = i + s->low[0] - k, o = start / s->stride[0];
      if (start < 0 || start % s->stride[0] != 0 || o >= s->output[0]) continue;
      add_row(s, columns + o * s->output[1] * s->kernel[0] * span + k * span, image + i * row);
    }
  }
}

/// One row of the kernel at one row of output: `from` is the row of the image that it meets.
static void take_row(const gan_fold_sizes *s, const float *from, float *columns) {
  const int64_t span = s->kernel[1] * s->channels, step = s->kernel[0] * span;
  for (int64_t o = 0; o < s->output[1]; o++, columns += step) {
    const int64_t start = o * s->stride[1] - s->low[1];
    const int64_t left = s->size[1] - start;
    const int64_t first = start < 0 ? (start < -s->kernel[1] ? s->kernel[1] : -start) : 0;
    int64_t last = left < s->kernel[1] ? left : s->kernel[1];
    if (last < first) last = first;
    if (first > 0) memset(columns, 0, (size_t)(first * s->channels) * sizeof(float));
    if (last > first) {
      memcpy(
        columns + first * s->channels, from + (start + first) * s->channels,
        (size_t)((last - first) * s->channels) * sizeof(float));
    }
    if (last < s->kernel[1]) {
      memset(columns + last * s->channels, 0, (size_t)((s->kernel[1] - last) * s->channels) * sizeof(float));
    }
  }
}

void gan_unfold(const gan_fold_sizes *s, const float *image, float *columns) {
  const int64_t row = s->size[1] * s->channels, span = s->kernel[1] * s->channels;
  for (int64_t o = 0; o < s->output[0]; o++) {
    float *to = columns + o * s->output[1] * s->kernel[0] * span;
    for (int64_t k = 0; k < s->kernel[0]; k++) {
      const int64_t i = o * s->stride[0] + k - s->low[0];
      if (i >= 0 && i < s->size[0]) {
        take_row(s, image + i * row, to + k * span);
        continue;
      }
      for (int64_t position = 0; position < s->output[1]; position++) {
        memset(to + position * s->kernel[0] * span + k * span, 0, (size_t)span * sizeof(float));
      }
    }
  }
}
