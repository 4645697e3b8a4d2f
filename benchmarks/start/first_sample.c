/* Loads a checkpoint and makes one sample: what a program that embeds the library does first.
 *
 *   first_sample MODEL
 */
#include <gan.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  gan_model model = 0;
  gan_sample_options options;
  int64_t needed = 0, written = 0;
  float *values = NULL;
  if (argc < 2) return fprintf(stderr, "usage: %s MODEL\n", argv[0]), 2;
  gan_sample_options_init(&options);
  if (gan_model_load(argv[1], &model) != GAN_OK ||
      gan_model_sample(model, &options, NULL, 0, &needed) != GAN_OK ||
      !(values = malloc((size_t)needed * sizeof *values)) ||
      gan_model_sample(model, &options, values, needed, &written) != GAN_OK)
    return fprintf(stderr, "first_sample: %s\n", gan_last_error()), 1;
  printf("libgan %s, C\n", gan_version_string());
  fflush(stdout);
  free(values);
  gan_model_free(model);
  return 0;
}
