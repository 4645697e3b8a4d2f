// Copies between strided arrays, and whole-buffer sums.

#include <stdlib.h>
#include <string.h>

#include "CKernels.h"
#include "Clones.h"

typedef struct {
  int64_t extent, from, to;
} axis;

static int64_t size_of(int64_t stride) { return stride < 0 ? -stride : stride; }

/// Axes in the order of the destination's memory, neighbours merged. Returns their number, or -1
/// when there is nothing to copy.
static int32_t arrange(
  int32_t rank, const int64_t *extents, const int64_t *from, const int64_t *to, axis *axes) {
  int32_t count = 0;
  for (int32_t i = 0; i < rank; i++) {
    if (extents[i] <= 0) return -1;
    if (extents[i] == 1) continue;
    axis next = {extents[i], from[i], to[i]};
    int32_t place = count++;
    for (; place > 0 && size_of(axes[place - 1].to) < size_of(next.to); place--) {
      axes[place] = axes[place - 1];
    }
    axes[place] = next;
  }
  int32_t merged = 0;
  for (int32_t i = 0; i < count; i++) {
    axis *last = &axes[merged - 1];
    if (merged > 0 && last->from == axes[i].from * axes[i].extent &&
        last->to == axes[i].to * axes[i].extent) {
      *last = (axis){last->extent * axes[i].extent, axes[i].from, axes[i].to};
    } else {
      axes[merged++] = axes[i];
    }
  }
  return merged;
}

/// Where the source runs along another axis than the destination, that axis comes next to the
/// innermost, so that both are walked in tiles.
static int place_crossing(axis *axes, int32_t count) {
  if (count < 2 || axes[count - 1].to != 1 || axes[count - 1].from == 1) return 0;
  for (int32_t i = 0; i < count - 1; i++) {
    if (axes[i].from != 1) continue;
    axis crossing = axes[i];
    for (int32_t k = i; k < count - 2; k++) axes[k] = axes[k + 1];
    axes[count - 2] = crossing;
    return 1;
  }
  return 0;
}

#define TILE 16

GAN_CLONES
static void copy_tiles(const float *from, float *to, axis rows, axis columns) {
  for (int64_t r = 0; r < rows.extent; r += TILE) {
    int64_t height = rows.extent - r < TILE ? rows.extent - r : TILE;
    for (int64_t c = 0; c < columns.extent; c += TILE) {
      int64_t width = columns.extent - c < TILE ? columns.extent - c : TILE;
      for (int64_t i = 0; i < height; i++) {
        const float *source = from + (r + i) + c * columns.from;
        float *into = to + (r + i) * rows.to + c;
        for (int64_t k = 0; k < width; k++) into[k] = source[k * columns.from];
      }
    }
  }
}

GAN_CLONES
static void copy_rows(const float *from, float *to, axis rows, axis columns) {
  const int64_t n = columns.extent;
  for (int64_t r = 0; r < rows.extent; r++, from += rows.from, to += rows.to) {
    if (columns.to == 1 && columns.from == 1) {
      if (n >= 64) {
        memcpy(to, from, (size_t)n * sizeof(float));
      } else {
        for (int64_t i = 0; i < n; i++) to[i] = from[i];
      }
    } else if (columns.to == 1 && columns.from == 0) {
      for (int64_t i = 0; i < n; i++) to[i] = *from;
    } else if (columns.to == 1) {
      for (int64_t i = 0; i < n; i++) to[i] = from[i * columns.from];
    } else if (columns.from == 1) {
      for (int64_t i = 0; i < n; i++) to[i * columns.to] = from[i];
    } else {
      for (int64_t i = 0; i < n; i++) to[i * columns.to] = from[i * columns.from];
    }
  }
}

void gan_copy(
  int32_t rank, const int64_t *extents, const float *from, const int64_t *from_strides, float *to,
  const int64_t *to_strides) {
  axis axes[GAN_MAXIMUM_RANK + 2] = {{1, 0, 0}, {1, 0, 0}};
  if (rank < 0 || rank > GAN_MAXIMUM_RANK) return;
  int32_t count = arrange(rank, extents, from_strides, to_strides, axes + 2);
  if (count < 0) return;
  // Two axes of extent 1 in front stand in for those that are not there.
  const int crossing = place_crossing(axes + 2, count);
  const axis rows = axes[count], columns = axes[count + 1];
  const axis *outer = axes + 2;
  const int32_t outer_count = count > 2 ? count - 2 : 0;
  int64_t position[GAN_MAXIMUM_RANK] = {0};
  for (;;) {
    if (crossing) {
      copy_tiles(from, to, rows, columns);
    } else {
      copy_rows(from, to, rows, columns);
    }
    int32_t i = outer_count - 1;
    for (; i >= 0; i--) {
      from += outer[i].from;
      to += outer[i].to;
      if (++position[i] < outer[i].extent) break;
      from -= outer[i].from * outer[i].extent;
      to -= outer[i].to * outer[i].extent;
      position[i] = 0;
    }
    if (i < 0) return;
  }
}

GAN_CLONES
void gan_fill(float *to, int64_t count, float value) {
  for (int64_t i = 0; i < count; i++) to[i] = value;
}

GAN_CLONES
void gan_add(float *to, const float *from, int64_t count) {
  GAN_VECTOR for (int64_t i = 0; i < count; i++) to[i] += from[i];
}

GAN_CLONES
void gan_sum(
  float *to, const float *partials, int64_t parts, int64_t stride, int64_t begin, int64_t end) {
  if (parts <= 0) {
    for (int64_t i = begin; i < end; i++) to[i] = 0.0f;
    return;
  }
  // In pieces, so that the sum stays in the first-level cache while the parts stream by.
  for (int64_t start = begin; start < end; start += 1024) {
    int64_t n = end - start < 1024 ? end - start : 1024;
    float *into = to + start;
    if (into != partials + start) memcpy(into, partials + start, (size_t)n * sizeof(float));
    for (int64_t part = 1; part < parts; part++) {
      const float *from = partials + part * stride + start;
      GAN_VECTOR for (int64_t i = 0; i < n; i++) into[i] += from[i];
    }
  }
}
