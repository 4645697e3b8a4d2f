/* Loads a model and generates from it: images become a grid in a PGM or PPM file, vectors are printed.
 *
 *   load_and_sample MODEL [OUT.ppm [COUNT [SEED]]]
 */
#include <gan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failed(gan_status status, const char *what) {
  if (status == GAN_OK) return 0;
  fprintf(stderr, "%s: %s: %s\n", what, gan_status_name(status), gan_last_error());
  return 1;
}

/* The model's "sample_shape", from its JSON: asked for its length, then for its text. */
static int sample_shape(gan_model model, int shape[3]) {
  int64_t length = 0;
  char *text, *found;
  int extents = 0;
  if (failed(gan_model_info(model, NULL, 0, &length), "info")) return 0;
  text = malloc((size_t)length + 1);
  if (text && !failed(gan_model_info(model, text, length + 1, &length), "info")) {
    found = strstr(text, "\"sample_shape\":[");
    if (found)
      extents = sscanf(found, "\"sample_shape\":[%d,%d,%d", &shape[0], &shape[1], &shape[2]);
  }
  free(text);
  return extents > 0 ? extents : 0;
}

static unsigned char pixel(float value) {
  const float byte = (value + 1) * 127.5f + 0.5f;
  return (unsigned char)(byte < 0 ? 0 : byte > 255 ? 255 : byte);
}

/* A grid of count images [H, W, C], ten in a row. Alpha is left out. */
static int write_grid(const float *values, int count, const int shape[3], const char *path) {
  const int columns = count < 10 ? count : 10, rows = (count + columns - 1) / columns;
  const int height = shape[0], width = shape[1], channels = shape[2], shown = channels == 1 ? 1 : 3;
  FILE *file = fopen(path, "wb");
  int y, x, c, complete;
  if (!file) return perror(path), 1;
  fprintf(file, "P%d\n%d %d\n255\n", shown == 1 ? 5 : 6, columns * width, rows * height);
  for (y = 0; y < rows * height; y++)
    for (x = 0; x < columns * width; x++) {
      const int image = y / height * columns + x / width;
      const long start = (((long)image * height + y % height) * width + x % width) * channels;
      for (c = 0; c < shown; c++) fputc(image < count ? pixel(values[start + c]) : 0, file);
    }
  complete = !ferror(file);
  return fclose(file) == 0 && complete ? 0 : (perror(path), 1);
}

static void print_vectors(const float *values, int64_t total, int width) {
  int64_t i;
  for (i = 0; i < total; i++) printf("%g%c", (double)values[i], (i + 1) % width ? ' ' : '\n');
}

int main(int argc, char **argv) {
  gan_model model = 0;
  gan_sample_options options;
  int shape[3] = {1, 1, 1}, extents, error = 1;
  int64_t needed = 0, written = 0;
  float *values = NULL;

  if (argc < 2) return fprintf(stderr, "usage: %s MODEL [OUT.ppm [COUNT [SEED]]]\n", argv[0]), 2;
  if (failed(gan_model_load(argv[1], &model), "load")) return 1;

  gan_sample_options_init(&options);
  options.count = argc > 3 ? atoll(argv[3]) : 100;
  options.seed = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;

  extents = sample_shape(model, shape);
  if (extents > 0 && !failed(gan_model_sample(model, &options, NULL, 0, &needed), "sample")) {
    values = malloc((size_t)needed * sizeof *values);
    if (values && !failed(gan_model_sample(model, &options, values, needed, &written), "sample")) {
      error = 0;
      if (extents == 3 && argc > 2) error = write_grid(values, (int)options.count, shape, argv[2]);
      else print_vectors(values, written, shape[0] * shape[1] * shape[2]);
    }
  }
  free(values);
  gan_model_free(model);
  return error;
}
