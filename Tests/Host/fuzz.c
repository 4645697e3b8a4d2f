// Random calls of every function from four threads, most of them wrong: handles that are 0, stale, foreign
// or made up, sizes of -1, 0 and huge ones, NaN, texts of a megabyte or not UTF-8, structs of wrong sizes,
// calls from inside callbacks. The only lies it does not tell are those that C cannot see through: a
// pointer with less behind it than is said.
//
// usage: fuzz CALLS SEED FOLDER

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fuzz.h"

static const char *seed_text;
static _Atomic int64_t progress[4];
static _Atomic int done;
_Atomic uint64_t fuzz_handles[HANDLES];
char fuzz_folder[256];
static _Thread_local struct fuzz *own;

void fuzz_fail(const char *what, const char *function) {
  fprintf(stderr, "seed %s: %s: %s (%s)\n", seed_text, function, what, gan_last_error());
  abort();
}

uint64_t fuzz_number(struct fuzz *f) {
  uint64_t z = (f->state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

uint64_t fuzz_below(struct fuzz *f, uint64_t end) { return fuzz_number(f) % end; }

int64_t fuzz_size(struct fuzz *f) {
  static const int64_t sizes[] = {-1,   0,         1,         2,         3,         16,       64,
                                  1000, INT32_MAX, 1ll << 31, 1ll << 40, INT64_MAX, INT64_MIN};
  return fuzz_below(f, 3) ? sizes[fuzz_below(f, sizeof sizes / sizeof *sizes)] : (int64_t)fuzz_number(f);
}

double fuzz_real(struct fuzz *f) {
  static const double reals[] = {0, 1, 0.5, -1, 1e-300, 1e300, 0.0 / 0.0, 1.0 / 0.0, -1.0 / 0.0};
  return reals[fuzz_below(f, sizeof reals / sizeof *reals)];
}

uint64_t fuzz_handle(struct fuzz *f) {
  const uint64_t kept = atomic_load(&fuzz_handles[fuzz_below(f, HANDLES)]);
  switch (fuzz_below(f, 20)) {
    case 0: return 0;
    case 1: return fuzz_number(f);
    case 2: return kept ^ (1ull << fuzz_below(f, 64));
    case 3: return ~0ull;
    default: return kept;
  }
}

/// Keeps a handle in place of an older one, which is given back; a model in use stays until the end.
void fuzz_keep(struct fuzz *f, uint64_t handle, int is_model) {
  static _Atomic uint64_t left[1 << 16];
  static _Atomic unsigned count;
  const uint64_t old = atomic_exchange(
    &fuzz_handles[is_model ? fuzz_below(f, HANDLES / 2) : HANDLES / 2 + fuzz_below(f, HANDLES / 2)], handle);
  const gan_status status = is_model ? gan_model_free(old) : gan_dataset_free(old);
  if (status == GAN_BUSY) atomic_store(&left[atomic_fetch_add(&count, 1) & 0xffff], old);
  if (status != GAN_OK && status != GAN_BUSY && status != GAN_HANDLE) fuzz_fail("an odd status", "free");
  if (f->depth < 0)  // the end: everything goes
    for (unsigned i = 0; i < 1 << 16; i++)
      if (left[i]) gan_model_free(left[i]), gan_dataset_free(left[i]);
}

static int is_text(const char *text) {
  const unsigned char *c = (const unsigned char *)text;
  while (*c) {
    int more = *c < 0x80             ? 0
               : (*c & 0xe0) == 0xc0 ? 1
               : (*c & 0xf0) == 0xe0 ? 2
               : (*c & 0xf8) == 0xf0 ? 3
                                     : -1;
    if (more < 0 || *c < 32) return 0;
    for (c++; more > 0; more--, c++)
      if ((*c & 0xc0) != 0x80) return 0;
  }
  return 1;
}

/// What holds for every call.
gan_status fuzz_check(gan_status status, const char *function) {
  if (status < GAN_OK || status >= GAN_INTERNAL) fuzz_fail("a status that is none, or INTERNAL", function);
  if (status == GAN_OK) {
    if (own) own->fine++;
    return status;
  }
  const char *text = gan_last_error();
  if (!*text || strlen(text) > 2047) fuzz_fail("no text of a decent length", function);
  if (!is_text(text)) fuzz_fail("a text that is no line of UTF-8", function);
  return status;
}

static void *work(void *user) {
  struct fuzz *f = own = user;
  for (int64_t i = 0; i < f->calls; i++) {
    fuzz_call(f);
    atomic_store(&progress[f->index], i + 1);
  }
  return NULL;
}

/// Nothing may hang: some thread has to get on within two minutes, on a machine however busy.
static void *watch(void *user) {
  int64_t before = -1, quiet = 0;
  (void)user;
  while (!atomic_load(&done)) {
    int64_t now = 0;
    usleep(100000);
    for (int i = 0; i < 4; i++) now += progress[i];
    quiet = now == before ? quiet + 1 : 0;
    before = now;
    if (quiet > 1200) fuzz_fail("nothing gets on", "watch");
  }
  return NULL;
}

static int64_t held(void) {
  char text[512];
  int64_t length;
  if (gan_build_info(text, sizeof text, &length) != GAN_OK) return -1;
  return strtoll(strstr(text, "\"memory_held\":") + 14, NULL, 10);
}

int main(int count, char **arguments) {
  if (count != 4) return fprintf(stderr, "usage: fuzz CALLS SEED FOLDER\n"), 2;
  static struct fuzz fuzz[4];
  pthread_t threads[4], watcher;
  seed_text = arguments[2];
  snprintf(fuzz_folder, sizeof fuzz_folder, "%s", arguments[3]);
  gan_set_memory_limit(64 << 20);
  pthread_create(&watcher, NULL, watch, NULL);
  for (int i = 0; i < 4; i++) {
    fuzz[i].state = strtoull(seed_text, NULL, 10) * 4 + (uint64_t)i;
    fuzz[i].calls = (atoll(arguments[1]) + 3) / 4;
    fuzz[i].index = i;
    if (!fuzz_begin(&fuzz[i])) fuzz_fail("no memory for the test itself", "main");
    pthread_create(&threads[i], NULL, work, &fuzz[i]);
  }
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  gan_set_log(NULL, NULL);
  fuzz[0].depth = -1;
  for (int i = 0; i < HANDLES; i++) {
    const uint64_t handle = atomic_exchange(&fuzz_handles[i], 0);
    gan_model_free(handle), gan_dataset_free(handle);
  }
  fuzz_keep(&fuzz[0], 0, 1);
  int64_t calls = 0, trained = 0, fine = 0;
  for (int i = 0; i < 4; i++) {
    calls += fuzz[i].made, trained += fuzz[i].trained, fine += fuzz[i].fine;
    fuzz_end(&fuzz[i]);
  }
  if (held() != 0)
    fprintf(stderr, "%lld bytes are still held\n", (long long)held()), fuzz_fail("a leak", "main");
  atomic_store(&done, 1);
  pthread_join(watcher, NULL);
  printf(
    "seed %s: %lld calls from 4 threads, %lld of them successful, %lld updates of a model: nothing crashed, "
    "hung or leaked\n",
    seed_text, (long long)calls, (long long)fine, (long long)trained);
  return trained > 0 && fine > calls / 50 ? 0 : 1;
}
