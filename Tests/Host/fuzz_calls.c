// The calls themselves: arguments as odd as C allows.

#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

int fuzz_begin(struct fuzz *f) {
  f->floats = calloc(FLOATS, sizeof(float)), f->out = calloc(FLOATS, sizeof(float));
  f->labels = calloc(FLOATS, sizeof(int32_t));
  f->text = malloc(8192), f->buffer = malloc(CHARACTERS), f->long_text = malloc(LONG_TEXT + 1);
  if (!f->floats || !f->out || !f->labels || !f->text || !f->buffer || !f->long_text) return 0;
  for (int i = 0; i < FLOATS; i++) f->floats[i] = (float)(i % 17) / 17, f->labels[i] = i % 3;
  return 1;
}

void fuzz_end(struct fuzz *f) {
  free(f->floats), free(f->out), free(f->labels), free(f->text), free(f->buffer), free(f->long_text);
}

static int rarely(struct fuzz *f) { return fuzz_below(f, 12) == 0; }

static const char *spoiled(struct fuzz *f, const char *text) {
  const size_t length = strlen(text);
  if (length > 8000 || !rarely(f)) return text;
  memcpy(f->text, text, length + 1);
  for (uint64_t i = fuzz_below(f, 4) + 1; i > 0 && length > 0; i--)
    f->text[fuzz_below(f, length)] =
      rarely(f) ? (char)fuzz_number(f) : "0123456789{}[]\",:.-eE \xff"[fuzz_below(f, 23)];
  return f->text;
}

static const char *odd_text(struct fuzz *f) {
  switch (fuzz_below(f, 5)) {
    case 0: return NULL;
    case 1: return "";
    case 2: return "\xff\xfe\xc3(";
    case 3: return "{\"a\": \"\xed\xa0\x80\"}";
    default:
      memset(f->long_text, "[{\"x "[fuzz_below(f, 5)], LONG_TEXT);
      f->long_text[LONG_TEXT] = 0;
      return f->long_text;
  }
}

static const char *recipe(struct fuzz *f) {
  static const char *const recipes[] = {
    TINY(""),
    TINY(POINTS),
    TINY(POINTS ", \"averaging\": 0.9"),
    "{}",
    "{\"preset\": \"mlp\"}",
    TINY(POINTS ", \"objective\": {\"loss\": \"wasserstein\", \"discriminator-steps\": 2, \"penalties\": "
                "[{\"name\": \"gradient-penalty\", \"weight\": 10}]}"),
    "{\"kind\": \"classifier\", \"classifier\": {\"architecture\": \"mlp\", \"width\": 8, \"depth\": 1}, "
    "\"batch\": 4, \"data\": {\"kind\": \"vectors\", \"shape\": [2], \"classes\": 3}}",
    "{\"generator\": {\"architecture\": \"dcgan\", \"width\": 2}, \"discriminator\": {\"architecture\": "
    "\"dcgan\", \"width\": 2}, \"latent\": {\"size\": 2}, \"batch\": 2, \"data\": {\"kind\": \"images\", "
    "\"shape\": [8, 8, 1]}}"};
  if (rarely(f) && rarely(f)) return odd_text(f);
  return spoiled(f, recipes[fuzz_below(f, sizeof recipes / sizeof *recipes)]);
}

/// For reading and, where that is asked, writing: then only what may be written.
static const char *path(struct fuzz *f, int writes) {
  static const char *const readable[] = {"builtin:ring", "builtin:none", "/dev/zero", "/proc/self/maps",
                                         "/etc/passwd"};
  static const char *const any[] = {"/dev/null", "/dev/full", "/nowhere/x", "/"};
  if (rarely(f)) return odd_text(f);
  if (rarely(f)) return any[fuzz_below(f, 4)];
  if (!writes && fuzz_below(f, 3) == 0) return readable[fuzz_below(f, 5)];
  snprintf(f->text, 8192, "%s/%d", fuzz_folder, (int)fuzz_below(f, 4));
  if (rarely(f)) snprintf(f->text, 8192, "%s", fuzz_folder);
  return f->text;
}

static gan_batch batch(struct fuzz *f) {
  gan_batch b;
  gan_batch_init(&b);
  b.element_type = rarely(f) ? (int32_t)fuzz_size(f) : rarely(f) ? GAN_U8 : GAN_F32;
  b.rank = rarely(f) ? (int32_t)fuzz_size(f) : 2;
  b.shape[0] = (int64_t)fuzz_below(f, 2) ? 4 : (int64_t)fuzz_below(f, 64) + 1;
  b.shape[1] = fuzz_below(f, 8) ? 2 : 3;
  if (rarely(f)) b.shape[fuzz_below(f, 8)] = fuzz_size(f);
  if (rarely(f)) b.rank = 4, b.shape[1] = b.shape[2] = 8, b.shape[3] = 1;
  f->floats[7] = rarely(f) ? (float)fuzz_real(f) : 0.5f;
  // Never more than there is: when the shape says more, the bytes do not agree with it.
  const int64_t element = b.element_type == GAN_U8 ? 1 : 4, most = FLOATS * 4;
  int64_t bytes = element;
  for (int i = 0; i < b.rank && i < 8; i++)
    bytes = b.shape[i] < 0 || b.shape[i] > most || bytes > most ? most + 1 : bytes * b.shape[i];
  b.data = rarely(f) && rarely(f) ? NULL : f->floats;
  b.data_bytes = bytes <= most ? bytes : most - 1;
  if (rarely(f)) b.data_bytes = (int64_t)fuzz_below(f, most) - 1;
  if (bytes > most && b.data_bytes == bytes) b.data_bytes--;
  if (fuzz_below(f, 3) == 0) {
    b.labels = f->labels;
    b.label_count = b.shape[0] > 0 && b.shape[0] <= FLOATS ? b.shape[0] : 7;
    f->labels[3] = rarely(f) ? (int32_t)fuzz_number(f) : 1;
  }
  if (rarely(f)) b.label_count = b.shape[0] == 8 ? 7 : 8;
  if (rarely(f)) b.struct_size = (uint32_t)fuzz_size(f);
  if (b.label_count > FLOATS) b.label_count = FLOATS - 1;
  return b;
}

static gan_sample_options sampling(struct fuzz *f) {
  gan_sample_options o;
  gan_sample_options_init(&o);
  o.seed = fuzz_number(f);
  o.count = rarely(f) ? fuzz_size(f) : (int64_t)fuzz_below(f, 70) + 1;
  if (rarely(f)) o.first = fuzz_size(f);
  if (rarely(f)) o.label = (int32_t)fuzz_size(f);
  if (rarely(f)) o.truncation = fuzz_real(f);
  if (rarely(f)) o.temperature = fuzz_real(f);
  if (rarely(f)) o.averaged = (int32_t)fuzz_size(f);
  if (rarely(f)) o.balanced = 1;
  if (rarely(f)) o.labels = f->labels, o.label_count = o.count >= 0 && o.count <= FLOATS ? o.count : 3;
  if (rarely(f)) o.label_count = -1;
  if (rarely(f)) o.codes = f->floats, o.code_count = 4;
  if (rarely(f)) o.conditions = odd_text(f);
  if (rarely(f)) o.struct_size = (uint32_t)fuzz_size(f);
  return o;
}

/// A capacity that the buffer really has, or one that no buffer has; the guard behind must stay.
static int64_t capacity(struct fuzz *f, int64_t most) {
  return rarely(f) ? -(int64_t)fuzz_below(f, 100) : (int64_t)fuzz_below(f, (uint64_t)most);
}

static int32_t on_step(void *user, const gan_step_stats *stats) {
  struct fuzz *f = user;
  if (stats->step < 1) fuzz_fail("a step below 1", "on_step");
  f->trained++;
  if (f->depth < 3 && fuzz_below(f, 3) == 0) fuzz_call(f);
  return fuzz_below(f, 5) == 0;
}

static _Thread_local int logging;

static void on_log(void *user, int32_t level, const char *message) {
  (void)user;
  if ((level != GAN_LOG_INFO && level != GAN_LOG_WARNING) || strchr(message, '\n'))
    fuzz_fail("a bad line", "log");
  if (logging++ == 0)
    gan_status_name(level), gan_set_threads(2), gan_model_cancel(fuzz_handle(&(struct fuzz){.state = 5}));
  logging--;
}

static void train(struct fuzz *f) {
  gan_train_options o;
  gan_train_options_init(&o);
  const int listens = fuzz_below(f, 2) != 0;
  // Without a callback nothing here would stop a long run.
  o.steps = listens ? (rarely(f) ? fuzz_size(f) : 1 << 20) : (int64_t)fuzz_below(f, 6) - 1;
  if (!listens && o.steps == 0) o.steps = 1;
  if (rarely(f)) o.seconds = fuzz_real(f);
  if (rarely(f) && !listens) o.report_interval = fuzz_size(f);
  if (rarely(f)) o.struct_size = listens ? (uint32_t)fuzz_size(f) : 3;
  const int is_null = rarely(f);
  if (listens && (o.steps == 0 || is_null)) o.steps = 4;
  fuzz_check(
    gan_model_train(fuzz_handle(f), fuzz_handle(f), is_null ? NULL : &o, listens ? on_step : NULL, f),
    "train");
}

static void make(struct fuzz *f) {
  uint64_t made = 77;
  gan_batch b;
  gan_status status;
  const uint64_t kind = fuzz_below(f, 8);
  const char *text = rarely(f) ? odd_text(f) : NULL;
  if (kind < 3) {
    b = batch(f);
    status =
      fuzz_check(gan_dataset_from_memory(rarely(f) ? NULL : &b, rarely(f) ? NULL : &made), "from_memory");
  } else if (kind == 3) {
    status = fuzz_check(gan_dataset_open(path(f, 0), text, &made), "open");
  } else if (kind == 4) {
    status = fuzz_check(gan_model_load(path(f, 0), &made), "load");
  } else {
    status = fuzz_check(gan_model_create(recipe(f), fuzz_below(f, 2) ? 0 : fuzz_handle(f), &made), "create");
  }
  if (status != GAN_OK && made != 0 && made != 77) fuzz_fail("a handle in spite of an error", "make");
  if (status == GAN_OK) fuzz_keep(f, made, kind >= 4);
}

static const char *evaluation(struct fuzz *f) {
  static const char *const options[] = {
    "{\"count\": 8}",
    "{\"count\": 30, \"neighbours\": 2, \"reference\": true}",
    "{\"count\": 9, \"metrics\": [\"frechet\", \"kid\"], \"name\": \"mine\", \"seed\": 7}",
    "{\"count\": 12, \"modes\": {\"centres\": [[0, 1], [2, 3]], \"deviation\": 0.5}}",
    "{\"count\": 8, \"features\": \"random\", \"metrics\": [\"sliced-wasserstein\", \"ms-ssim\"]}",
    "{\"features\": \"/nowhere\"}"};
  if (rarely(f)) return odd_text(f);
  return spoiled(f, options[fuzz_below(f, sizeof options / sizeof *options)]);
}

static void ask(struct fuzz *f) {
  int64_t length = 77;
  char *buffer = fuzz_below(f, 4) ? f->buffer : NULL;
  int64_t room = buffer ? capacity(f, CHARACTERS - 8) : rarely(f) ? fuzz_size(f) : 0;
  int64_t *out = rarely(f) && rarely(f) ? NULL : &length;
  gan_sample_options o;
  if (buffer && room >= 0) memset(buffer + room, 0x5a, 8);
  gan_status status;
  switch (fuzz_below(f, 8)) {
    case 0: status = gan_build_info(buffer, room, out); break;
    case 1: status = gan_presets(buffer, room, out); break;
    case 2: status = gan_model_info(fuzz_handle(f), buffer, room, out); break;
    case 3: status = gan_dataset_info(fuzz_handle(f), buffer, room, out); break;
    case 4: status = gan_recipe_resolve(recipe(f), rarely(f) ? fuzz_handle(f) : 0, buffer, room, out); break;
    case 5:
      o = sampling(f);
      status = gan_model_sample_rows(fuzz_handle(f), rarely(f) ? NULL : &o, buffer, room, out);
      break;
    case 6: status = gan_model_evaluate(fuzz_handle(f), fuzz_handle(f), evaluation(f), buffer, room, out); break;
    default: status = gan_dataset_compare(fuzz_handle(f), fuzz_handle(f), evaluation(f), buffer, room, out);
  }
  fuzz_check(status, "ask");
  if (buffer && room >= 0)
    for (int i = 0; i < 8; i++)
      if (buffer[room + i] != 0x5a) fuzz_fail("written beyond the capacity", "ask");
  if (status == GAN_OK && buffer && (int64_t)strlen(buffer) != length) fuzz_fail("another length", "ask");
}

static void sample(struct fuzz *f) {
  const gan_sample_options o = sampling(f);
  const gan_batch b = batch(f);
  static const char *const operations[] = {"discriminate", "generate", "classify", "encode",
                                           "reconstruct",  "sample",   ""};
  int64_t count = 77;
  float *out = fuzz_below(f, 8) ? f->out : NULL;
  int64_t room = out ? (rarely(f) ? capacity(f, FLOATS - 1) : FLOATS - 1) : rarely(f) ? fuzz_size(f) : 0;
  if (out && room >= 0) out[room] = 12345;
  int64_t *counted = rarely(f) && rarely(f) ? NULL : &count;
  gan_status status;
  if (fuzz_below(f, 2)) {
    status = gan_model_sample(fuzz_handle(f), rarely(f) ? NULL : &o, out, room, counted);
  } else {
    const char *operation = rarely(f) ? odd_text(f) : operations[fuzz_below(f, 7)];
    status = gan_model_apply(fuzz_handle(f), operation, rarely(f) ? NULL : &b, out, room, counted);
  }
  fuzz_check(status, "sample");
  if (out && room >= 0 && out[room] != 12345) fuzz_fail("written beyond the capacity", "sample");
}

static void step(struct fuzz *f) {
  gan_batch b = batch(f);
  gan_step_stats stats;
  gan_step_stats_init(&stats);
  if (rarely(f)) stats.struct_size = (uint32_t)fuzz_size(f);
  if (fuzz_check(
        gan_model_train_step(fuzz_handle(f), rarely(f) ? NULL : &b, fuzz_below(f, 3) ? &stats : NULL),
        "step") == GAN_OK)
    f->trained++;
}

static void set(struct fuzz *f) {
  static const int64_t limits[] = {64 << 20, 64 << 20, 16 << 20, 1 << 20, 1, -1, INT64_MIN};
  switch (fuzz_below(f, 6)) {
    case 0: fuzz_check(gan_set_threads((int32_t)fuzz_below(f, 5) - 1), "set_threads"); break;
    case 1: fuzz_check(gan_set_memory_limit(limits[fuzz_below(f, 7)]), "set_memory_limit"); break;
    case 2: fuzz_check(gan_set_log(fuzz_below(f, 2) ? on_log : NULL, f), "set_log"); break;
    case 3:
      fuzz_check(gan_model_set_threads(fuzz_handle(f), (int32_t)fuzz_below(f, 5) - 1), "set_threads");
      break;
    case 4:
      gan_batch_init(NULL), gan_sample_options_init(NULL), gan_train_options_init(NULL),
        gan_step_stats_init(NULL);
      break;
    default:
      if (strcmp(gan_version_string(), GAN_VERSION) != 0 || gan_abi_version() != GAN_ABI_VERSION)
        fuzz_fail("another version", "set");
      if (!*gan_status_name((int32_t)fuzz_number(f))) fuzz_fail("no name", "status_name");
  }
}

void fuzz_call(struct fuzz *f) {
  f->depth++;
  f->made++;
  switch (fuzz_below(f, 100)) {
    case 0:
    case 1: make(f); break;
    case 2: train(f); break;
    case 3: fuzz_check(gan_model_save(fuzz_handle(f), path(f, 1)), "save"); break;
    case 4: fuzz_check(gan_model_free(fuzz_below(f, 4) ? 0 : fuzz_handle(f)), "free"); break;
    case 5: fuzz_check(gan_dataset_free(fuzz_below(f, 4) ? 0 : fuzz_handle(f)), "free"); break;
    case 6:
    case 7: fuzz_check(gan_model_cancel(fuzz_handle(f)), "cancel"); break;
    case 8:
    case 9: set(f); break;
    default:
      switch (fuzz_below(f, 4)) {
        case 0: step(f); break;
        case 1: ask(f); break;
        default: sample(f);
      }
  }
  f->depth--;
}
