/* What a program that only samples pays for libgan: run by scripts/footprint.
 *
 *   footprint make MODEL     trains DCGAN-64 for one step and saves it
 *   footprint MODEL          loads it, generates one image, and prints as JSON the clock at the first
 *                            sample, the milliseconds of each part, and the memory held then
 */
#define _POSIX_C_SOURCE 200809L
#include <gan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SIDE = 64, CHANNELS = 3, VALUES = SIDE * SIDE * CHANNELS, BATCH = 8 };

static const char RECIPE[] =
    "{\"preset\": \"dcgan\", \"seed\": 1, \"data\": {\"kind\": \"images\", \"shape\": [64, 64, 3]}}";

static float pixels[BATCH * VALUES];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int failed(gan_status status, const char *what) {
  if (status == GAN_OK) return 0;
  fprintf(stderr, "footprint: %s: %s: %s\n", what, gan_status_name(status), gan_last_error());
  return 1;
}

/* Kilobytes of a line of /proc/self/status, such as "VmRSS:". */
static long kilobytes(const char *line) {
  char text[256];
  long found = -1;
  FILE *file = fopen("/proc/self/status", "r");
  if (!file) return -1;
  while (fgets(text, sizeof text, file))
    if (strncmp(text, line, strlen(line)) == 0) found = atol(text + strlen(line));
  fclose(file);
  return found;
}

static int make(const char *path) {
  gan_model model = 0;
  gan_batch batch;
  int i;
  gan_batch_init(&batch);
  for (i = 0; i < BATCH * VALUES; i++) pixels[i] = (float)((i * 7919) % 255) / 127.5f - 1;
  batch.element_type = GAN_F32;
  batch.rank = 4;
  batch.shape[0] = BATCH;
  batch.shape[1] = batch.shape[2] = SIDE;
  batch.shape[3] = CHANNELS;
  batch.data = pixels;
  batch.data_bytes = (int64_t)sizeof pixels;
  if (failed(gan_model_create(RECIPE, 0, &model), "create")) return 1;
  if (failed(gan_model_train_step(model, &batch, NULL), "train_step")) return 1;
  if (failed(gan_model_save(model, path), "save")) return 1;
  return failed(gan_model_free(model), "free");
}

static int sample(const char *path) {
  const double started = now();
  double loaded, sampled;
  long before = kilobytes("VmRSS:");
  gan_model model = 0;
  gan_sample_options options;
  int64_t written = 0;
  gan_sample_options_init(&options);
  if (failed(gan_model_load(path, &model), "load")) return 1;
  loaded = now();
  if (failed(gan_model_sample(model, &options, pixels, VALUES, &written), "sample")) return 1;
  sampled = now();
  if (written != VALUES) return fprintf(stderr, "footprint: got %ld values\n", (long)written), 1;
  printf("{\"clock\": %.6f, \"main\": %.6f, \"load_ms\": %.3f, \"sample_ms\": %.3f, ", sampled, started,
         (loaded - started) * 1e3, (sampled - loaded) * 1e3);
  printf("\"start_kb\": %ld, \"resident_kb\": %ld, \"peak_kb\": %ld}\n", before, kilobytes("VmRSS:"),
         kilobytes("VmHWM:"));
  return failed(gan_model_free(model), "free");
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "make") == 0) return make(argv[2]);
  if (argc == 2) return sample(argv[1]);
  fprintf(stderr, "usage: footprint [make] MODEL\n");
  return 2;
}
