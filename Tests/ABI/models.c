// Models: what they say of themselves, saving, loading, freeing.

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "include/abi_checks.h"
#include "support.h"

static int says(gan_model model, const char *part) {
  char *text = abi_info(model);
  const int found = text && strstr(text, part);
  free(text);
  return found;
}

const char *abi_check_info(void) {
  static const char *const keys[] = {"\"kind\":\"gan\"", "\"sample_shape\":[2]", "\"classes\":0",
                                     "\"latent\":3",     "\"parameters\":[{",    "\"steps\":1",
                                     "\"recipe\":{",     "\"averaged\":"};
  const gan_batch batch = abi_points(16);
  gan_model model;
  WANT(gan_model_create(TINY(POINTS), 0, &model) == GAN_OK);
  WANT(says(model, "\"steps\":0") && gan_model_train_step(model, &batch, NULL) == GAN_OK);
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) WANT(says(model, keys[i]));
  WANT(gan_model_free(model) == GAN_OK);
  return NULL;
}

static int64_t size_of(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 ? (int64_t)status.st_size : -1;
}

/// Changes a byte of a file, or cuts it at that byte.
static int damage(const char *path, long place, int cut) {
  if (cut) return truncate(path, place) == 0;
  FILE *file = fopen(path, "r+b");
  if (!file) return 0;
  fseek(file, place, SEEK_SET);
  const int byte = fgetc(file);
  fseek(file, place, SEEK_SET);
  fputc(byte ^ 1, file);
  return fclose(file) == 0;
}

/// A cut or changed file answers FORMAT, whichever byte it is.
static const char *damaged_files(gan_model model, const char *path) {
  gan_model loaded;
  WANT(gan_model_save(model, path) == GAN_OK);
  const int64_t size = size_of(path);
  for (int64_t place = 0; place < size; place += size / 40 + 1) {
    WANT(damage(path, (long)place, 0));
    WANT_STATUS(GAN_FORMAT, gan_model_load(path, &loaded));
    WANT(loaded == 0 && damage(path, (long)place, 0));
  }
  WANT(gan_model_load(path, &loaded) == GAN_OK && gan_model_free(loaded) == GAN_OK);
  for (int64_t place = size - 1; place >= 0; place -= size / 20 + 1) {
    WANT(damage(path, (long)place, 1));
    WANT_STATUS(GAN_FORMAT, gan_model_load(path, &loaded));
  }
  return NULL;
}

const char *abi_check_files(const char *folder) {
  char path[512], other[600], run[600];
  const char *found;
  gan_model model, loaded;
  snprintf(path, sizeof path, "%s/model.safetensors", folder);
  snprintf(run, sizeof run, "%s/checkpoint.safetensors", folder);
  WANT(gan_model_create(TINY(POINTS), 0, &model) == GAN_OK);
  found = damaged_files(model, path);
  if (found) return found;
  // What fails leaves the old file, and no other.
  WANT(gan_model_save(model, path) == GAN_OK);
  snprintf(other, sizeof other, "%s/none/model.safetensors", folder);
  WANT_STATUS(GAN_IO, gan_model_save(model, other));
  WANT_STATUS(GAN_IO, gan_model_save(model, folder));
  WANT(gan_model_load(path, &loaded) == GAN_OK && gan_model_free(loaded) == GAN_OK);
  WANT_STATUS(GAN_IO, gan_model_load(other, &loaded));
  WANT_STATUS(GAN_IO, gan_model_load(folder, &loaded));
  WANT_STATUS(GAN_FORMAT, gan_model_load("/etc/passwd", &loaded));
  WANT_STATUS(GAN_IO, gan_model_load("/dev/zero", &loaded));
  // The latest checkpoint of a run directory.
  WANT(gan_model_save(model, run) == GAN_OK);
  WANT(gan_model_load(folder, &loaded) == GAN_OK && gan_model_free(loaded) == GAN_OK);
  WANT(gan_model_free(model) == GAN_OK && unlink(path) == 0 && unlink(run) == 0 && rmdir(folder) == 0);
  return NULL;
}
