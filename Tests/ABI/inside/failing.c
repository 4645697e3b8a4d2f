// Every call of the failing allocator fails once, in every call that uses it: MEMORY each time, with the
// model as it was before, and the same call then works.

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../include/abi_checks.h"
#include "../support.h"

/// This thread's allocation after `count` further ones fails.
void gan_memory_fail_after(int64_t count);

struct trial {
  char folder[400], file[500], saved[500], idx[500], npy[500], pictures[500];
  gan_model model;
  gan_dataset data, opened;
  gan_model made;
};

typedef gan_status (*call)(struct trial *trial);

static gan_status create(struct trial *t) { return gan_model_create(TINY(POINTS), 0, &t->made); }

static gan_status create_for_data(struct trial *t) {
  return gan_model_create("{\"preset\": \"wgan-gp\", \"batch\": 8}", t->data, &t->made);
}

static gan_status step(struct trial *t) {
  const gan_batch batch = abi_points(16);
  return gan_model_train_step(t->model, &batch, NULL);
}

static gan_status train(struct trial *t) {
  gan_train_options options;
  gan_train_options_init(&options);
  options.steps = 3;
  return gan_model_train(t->model, t->data, &options, NULL, NULL);
}

static gan_status sample(struct trial *t) {
  float out[64];
  return abi_sample(t->model, 17, out);
}

static gan_status apply(struct trial *t) {
  const gan_batch batch = abi_points(20);
  float out[20];
  int64_t count;
  return gan_model_apply(t->model, "discriminate", &batch, out, 20, &count);
}

static gan_status save(struct trial *t) { return gan_model_save(t->model, t->saved); }
static gan_status load(struct trial *t) { return gan_model_load(t->file, &t->made); }
static gan_status open_idx(struct trial *t) {
  return gan_dataset_open(t->idx, "{\"size\": [3, 5], \"channels\": 3}", &t->opened);
}
static gan_status open_npy(struct trial *t) {
  return gan_dataset_open(t->npy, "{\"range\": [0, 255]}", &t->opened);
}
static gan_status open_pictures(struct trial *t) {
  return gan_dataset_open(t->pictures, "{\"size\": [4, 4]}", &t->opened);
}
static gan_status open_builtin(struct trial *t) { return gan_dataset_open("builtin:grid", NULL, &t->opened); }

static gan_status from_memory(struct trial *t) {
  static const int32_t labels[16];
  gan_batch batch = abi_points(16);
  batch.labels = labels, batch.label_count = 16;
  return gan_dataset_from_memory(&batch, &t->opened);
}

/// A model that nobody has used, fresh or loaded: nothing of an earlier call is kept that could help.
static gan_status renew(struct trial *t, int is_loaded) {
  gan_model_free(t->model);
  return is_loaded ? gan_model_load(t->file, &t->model) : gan_model_create(TINY(POINTS), 0, &t->model);
}

static gan_status evaluate(struct trial *t) {
  char text[4096];
  int64_t length;
  return gan_model_evaluate(
    t->model, t->data, "{\"count\": 20, \"reference\": true, \"modes\": {\"centres\": [[0, 0]], \"deviation\": 1}}",
    text, sizeof text, &length);
}

static gan_status release(struct trial *t) {
  const gan_status one = gan_model_free(t->made), other = gan_dataset_free(t->opened);
  t->made = 0, t->opened = 0;
  return one ? one : other;
}

static const char *fail_each(struct trial *t, call call, int is_loaded, int64_t *failures) {
  for (int64_t place = 0; place < 10000; place++) {
    float expected[64], out[64];
    WANT(renew(t, is_loaded) == GAN_OK && abi_sample(t->model, 32, expected) == GAN_OK);
    WANT(renew(t, is_loaded) == GAN_OK);
    gan_memory_fail_after(place);
    const gan_status status = call(t);
    gan_memory_fail_after(-1);
    if (status == GAN_OK) {
      WANT(place > 0 && release(t) == GAN_OK);
      return NULL;
    }
    WANT(status == GAN_MEMORY && *gan_last_error() && t->made == 0 && t->opened == 0);
    // train may have made steps before; all other calls change nothing when they fail.
    WANT(abi_sample(t->model, 32, out) == GAN_OK);
    WANT(call == train || memcmp(out, expected, sizeof out) == 0);
    WANT(call(t) == GAN_OK && release(t) == GAN_OK);
    ++*failures;
  }
  return "no end of allocations";
}

static int write_file(const char *path, const void *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  if (!file) return 0;
  const int whole = fwrite(bytes, 1, size, file) == size;
  return fclose(file) == 0 && whole;
}

/// One grey pixel.
static const unsigned char picture[] = {
  0x89, 'P',  'N',  'G',  '\r', '\n', 0x1a, '\n', 0,    0,    0,    13,   'I',  'H',  'D',  'R',  0,
  0,    0,    1,    0,    0,    0,    1,    8,    0,    0,    0,    0,    0x3a, 0x7e, 0x9b, 0x55, 0,
  0,    0,    10,   'I',  'D',  'A',  'T',  0x78, 0xda, 0x63, 0x68, 0x02, 0,    0,    0x84, 0,    0x83,
  0x7d, 0x0e, 0xb4, 0xae, 0,    0,    0,    0,    'I',  'E',  'N',  'D',  0xae, 0x42, 0x60, 0x82};

static const char *make_files(struct trial *t) {
  static const unsigned char idx[16 + 8] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2,
                                            0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8};
  char npy[128 + 8], picture_path[600];
  memset(npy, ' ', sizeof npy);
  memcpy(npy, "\x93NUMPY\x01\x00\x76\x00", 10);
  memcpy(npy + 10, "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2, 2), }", 62);
  npy[127] = '\n';
  WANT(write_file(t->idx, idx, sizeof idx) && write_file(t->npy, npy, sizeof npy));
  snprintf(picture_path, sizeof picture_path, "%s/one.png", t->pictures);
  WANT(mkdir(t->pictures, 0700) == 0 && write_file(picture_path, picture, sizeof picture));
  return NULL;
}

static const char *clean(struct trial *t) {
  char path[600];
  snprintf(path, sizeof path, "%s/one.png", t->pictures);
  WANT(unlink(path) == 0 && rmdir(t->pictures) == 0 && unlink(t->idx) == 0 && unlink(t->npy) == 0);
  WANT(unlink(t->file) == 0 && unlink(t->saved) == 0 && rmdir(t->folder) == 0);
  WANT(gan_model_free(t->model) == GAN_OK && gan_dataset_free(t->data) == GAN_OK);
  return NULL;
}

const char *abi_check_failing_memory(const char *folder) {
  static const struct {
    const char *name;
    call call;
  } calls[] = {{"create", create},
               {"create for data", create_for_data},
               {"step", step},
               {"train", train},
               {"sample", sample},
               {"apply", apply},
               {"evaluate", evaluate},
               {"save", save},
               {"load", load},
               {"open idx", open_idx},
               {"open npy", open_npy},
               {"open pictures", open_pictures},
               {"open builtin", open_builtin},
               {"from memory", from_memory}};
  static char problem[300];
  struct trial t = {.model = 0};
  const gan_batch points = abi_points(40);
  int64_t failures = 0;
  snprintf(t.folder, sizeof t.folder, "%s", folder);
  snprintf(t.file, sizeof t.file, "%s/file", folder), snprintf(t.saved, sizeof t.saved, "%s/saved", folder);
  snprintf(t.idx, sizeof t.idx, "%s/idx", folder), snprintf(t.npy, sizeof t.npy, "%s/npy", folder);
  snprintf(t.pictures, sizeof t.pictures, "%s/pictures", folder);
  WANT(gan_dataset_from_memory(&points, &t.data) == GAN_OK &&
       gan_model_create(TINY(POINTS), 0, &t.model) == GAN_OK);
  WANT(step(&t) == GAN_OK && gan_model_save(t.model, t.file) == GAN_OK);
  const char *found = make_files(&t);
  if (found) return found;
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    for (int is_loaded = 0; is_loaded < 2; is_loaded++) {
      // What does not use the model behaves the same beside both; saving a fresh one allocates nothing.
      if (is_loaded && (i < 2 || i > 7)) continue;
      if (!is_loaded && calls[i].call == save) continue;
      found = fail_each(&t, calls[i].call, is_loaded, &failures);
      if (!found) continue;
      snprintf(problem, sizeof problem, "%s, after %d failures: %s", calls[i].name, (int)failures, found);
      return problem;
    }
  if (failures < 50) return "hardly any allocation failed";
  printf("%d allocations failed one by one: MEMORY each time, and everything went on\n", (int)failures);
  return clean(&t);
}
