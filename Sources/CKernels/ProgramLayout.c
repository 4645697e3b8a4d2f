// Views: axes merged, blocks of elements brought together.

#include <string.h>

#include "Bfloat16.h"
#include "Program.h"

gan_layout gan_layout_make(int32_t rank, const int64_t *extents, const gan_view *view) {
  gan_layout layout = {
    .stage = GAN_VARYING, .element = view->element, .offset = view->offset, .period = 1};
  for (int32_t axis = 0; axis < rank; axis++) {
    int64_t extent = extents[axis], stride = view->strides[axis];
    if (extent == 1) continue;
    int32_t last = layout.rank - 1;
    if (last >= 0 && layout.strides[last] == stride * extent) {
      layout.extents[last] *= extent;
      layout.strides[last] = stride;
    } else {
      layout.extents[layout.rank] = extent;
      layout.strides[layout.rank++] = stride;
    }
  }
  if (layout.rank == 0) {
    layout.rank = 1;
    layout.extents[0] = 1;
    layout.strides[0] = 0;
  }
  if (layout.rank == 1) {
    layout.contiguous = layout.strides[0] == 1 && layout.element == GAN_F32;
    if (layout.strides[0] == 0) layout.stage = GAN_UNIFORM;
  } else if (layout.strides[0] == 0) {
    layout.stage = GAN_PERIODIC;
    for (int32_t axis = 1; axis < layout.rank; axis++) layout.period *= layout.extents[axis];
  }
  return layout;
}

GAN_CLONES
static void collect_bf16(
  const uint16_t *from, int64_t rows, int64_t row_stride, int64_t columns, int64_t stride, float *into) {
  for (int64_t row = 0; row < rows; row++, from += row_stride, into += columns) {
    if (stride == 1) {
      GAN_VECTOR for (int64_t i = 0; i < columns; i++) into[i] = gan_from_bf16(from[i]);
    } else {
      for (int64_t i = 0; i < columns; i++) into[i] = gan_from_bf16(from[i * stride]);
    }
  }
}

static void collect_f32(
  const float *from, int64_t rows, int64_t row_stride, int64_t columns, int64_t stride, float *into) {
  for (int64_t row = 0; row < rows; row++, from += row_stride, into += columns) {
    if (stride == 1) {
      if (columns >= 64) {
        memcpy(into, from, (size_t)columns * sizeof(float));
      } else {
        for (int64_t i = 0; i < columns; i++) into[i] = from[i];
      }
    } else if (stride == 0) {
      float value = *from;
      for (int64_t i = 0; i < columns; i++) into[i] = value;
    } else {
      for (int64_t i = 0; i < columns; i++) into[i] = from[i * stride];
    }
  }
}

/// `rows` runs of `columns` elements from element `first` on, brought together.
static void collect(
  const gan_layout *layout, const float *base, int64_t first, int64_t rows, int64_t row_stride,
  int64_t columns, float *into) {
  const int64_t stride = layout->strides[layout->rank - 1];
  if (layout->element == GAN_BF16) {
    collect_bf16((const uint16_t *)(const void *)base + first, rows, row_stride, columns, stride, into);
  } else {
    collect_f32(base + first, rows, row_stride, columns, stride, into);
  }
}

/// The element at `position` and its coordinates along the merged axes. The outermost coordinate is not
/// bounded: a periodic view goes on for ever.
static int64_t locate(const gan_layout *layout, int64_t position, int64_t *coordinates) {
  int64_t from = layout->offset;
  for (int32_t axis = layout->rank - 1; axis > 0; axis--) {
    coordinates[axis] = position % layout->extents[axis];
    position /= layout->extents[axis];
    from += coordinates[axis] * layout->strides[axis];
  }
  coordinates[0] = position;
  return from + position * layout->strides[0];
}

/// One step along axis `axis`, carried outward.
static int64_t advance(
  const gan_layout *layout, int64_t from, int64_t *coordinates, int32_t axis) {
  from += layout->strides[axis];
  coordinates[axis]++;
  while (axis > 0 && coordinates[axis] == layout->extents[axis]) {
    from -= layout->extents[axis] * layout->strides[axis];
    coordinates[axis--] = 0;
    from += layout->strides[axis];
    coordinates[axis]++;
  }
  return from;
}

const float *gan_layout_load(
  const gan_layout *layout, const float *base, int64_t position, int64_t count, float *into) {
  const int32_t last = layout->rank - 1;
  const int64_t width = layout->extents[last], stride = layout->strides[last];
  int64_t coordinates[GAN_MAXIMUM_RANK];
  int64_t from = locate(layout, position, coordinates);
  if (last == 0 || count <= width - coordinates[last]) {
    if (stride == 1 && layout->element == GAN_F32) return base + from;
    collect(layout, base, from, 1, 0, count, into);
    return into;
  }
  // The rest of a row, whole rows (as many at once as the next axis holds), the start of a row.
  float *to = into;
  if (coordinates[last] > 0) {
    int64_t columns = width - coordinates[last];
    collect(layout, base, from, 1, 0, columns, to);
    to += columns;
    count -= columns;
    from -= coordinates[last] * stride;
    coordinates[last] = 0;
    from = advance(layout, from, coordinates, last - 1);
  }
  while (count >= width) {
    int64_t rows = count / width, left = layout->extents[last - 1] - coordinates[last - 1];
    if (last > 1 && rows > left) rows = left;
    collect(layout, base, from, rows, layout->strides[last - 1], width, to);
    to += rows * width;
    count -= rows * width;
    from += (rows - 1) * layout->strides[last - 1];
    coordinates[last - 1] += rows - 1;
    from = advance(layout, from, coordinates, last - 1);
  }
  if (count > 0) collect(layout, base, from, 1, 0, count, to);
  return into;
}
