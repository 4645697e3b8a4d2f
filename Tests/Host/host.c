// The process stays the host's: everything that a library might change is compared before and after a
// whole life of models. Loads the library itself, to see the process before.
//
// usage: host LIBRARY FOLDER

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../include/gan.h"

extern char **environ;

struct state {
  struct sigaction handlers[65];
  sigset_t mask;
  char locale[256], folder[512];
  fenv_t floats;
  unsigned csr, umask;
  struct rlimit limits[16];
  int openmp, descriptors, environment;
  uint64_t variables;
};

static int count_entries(const char *path) {
  DIR *folder = opendir(path);
  int count = 0;
  if (!folder) return -1;
  while (readdir(folder)) count++;
  closedir(folder);
  return count;
}

static uint64_t environment_hash(void) {
  uint64_t hash = 1469598103934665603u;
  for (char **v = environ; *v; v++)
    for (const char *c = *v; *c; c++) hash = (hash ^ (unsigned char)*c) * 1099511628211u;
  return hash;
}

static void look(struct state *s, int (*threads)(void)) {
  memset(s, 0, sizeof *s);
  for (int i = 1; i < 65; i++) sigaction(i, NULL, &s->handlers[i]);
  pthread_sigmask(SIG_SETMASK, NULL, &s->mask);
  strncpy(s->locale, setlocale(LC_ALL, NULL), sizeof s->locale - 1);
  if (!getcwd(s->folder, sizeof s->folder)) s->folder[0] = 0;
  fegetenv(&s->floats);
  s->csr = __builtin_ia32_stmxcsr() & ~0x3fu;
  s->umask = umask(0), umask((mode_t)s->umask);
  for (int i = 0; i < 16; i++) getrlimit(i, &s->limits[i]);
  s->openmp = threads ? threads() : 0;
  s->descriptors = count_entries("/proc/self/fd");
  s->variables = environment_hash();
}

static int failures;

static void want(int holds, const char *what) {
  if (!holds) fprintf(stderr, "not left as it was: %s\n", what), failures++;
}

static void compare(const struct state *a, const struct state *b, const char *when) {
  fprintf(stderr, failures ? "%s\n" : "", when);
  for (int i = 1; i < 65; i++) {
    char name[32];
    snprintf(name, sizeof name, "handler of signal %d", i);
    want(a->handlers[i].sa_handler == b->handlers[i].sa_handler &&
           a->handlers[i].sa_flags == b->handlers[i].sa_flags,
         name);
    want(sigismember(&a->mask, i) == sigismember(&b->mask, i), "signal mask");
  }
  want(strcmp(a->locale, b->locale) == 0, "locale");
  want(strcmp(a->folder, b->folder) == 0, "current folder");
  want(a->csr == b->csr, "SSE control word");
  want(a->floats.__control_word == b->floats.__control_word, "x87 control word");
  want(a->umask == b->umask, "umask");
  want(memcmp(a->limits, b->limits, sizeof a->limits) == 0, "resource limits");
  want(a->openmp == b->openmp, "OpenMP's number of threads");
  want(a->descriptors == b->descriptors, "open files");
  want(a->variables == b->variables, "environment");
}

#define CALL(name) ((__typeof__(&name))dlsym(library, #name))

static const char *const recipe =
  "{\"generator\": {\"architecture\": \"dcgan\", \"width\": 4}, \"discriminator\": {\"architecture\": "
  "\"dcgan\", \"width\": 4},"
  " \"latent\": {\"size\": 8}, \"batch\": 8, \"data\": {\"kind\": \"images\", \"shape\": [16, 16, 1]}}";

int main(int count, char **arguments) {
  if (count != 3) return 2;
  static unsigned char pixels[8][16][16];
  static float out[4 * 256];
  char path[600], captured[4096];
  struct state before, after;
  int64_t written;
  gan_model model, copy;
  gan_dataset data;
  gan_batch batch;

  // What the library must not touch is set to something unusual first.
  setlocale(LC_ALL, "C.UTF-8");
  setenv("OMP_NUM_THREADS", "3", 1);
  if (chdir("/usr") != 0) return 2;
  void *openmp = dlopen("libgomp.so.1", RTLD_NOW | RTLD_GLOBAL);
  int (*threads)(void) = openmp ? (int (*)(void))dlsym(openmp, "omp_get_max_threads") : NULL;
  void (*set_threads)(int) = openmp ? (void (*)(int))dlsym(openmp, "omp_set_num_threads") : NULL;
  if (set_threads) set_threads(5);
  fesetround(FE_UPWARD);
  __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);  // flush to zero, denormals are zero
  snprintf(path, sizeof path, "%s/host.safetensors", arguments[2]);

  // Nothing is printed: both descriptors lead into a file.
  FILE *quiet = tmpfile();
  const int out_before = dup(1), error_before = dup(2);
  if (!quiet) return 2;
  look(&before, threads);
  void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) return fprintf(stderr, "%s\n", dlerror()), 2;
  look(&after, threads);
  compare(&before, &after, "after loading");
  dup2(fileno(quiet), 1), dup2(fileno(quiet), 2);

  CALL(gan_batch_init)(&batch);
  batch.element_type = GAN_U8, batch.rank = 3, batch.shape[0] = 8, batch.shape[1] = batch.shape[2] = 16;
  batch.data = pixels, batch.data_bytes = sizeof pixels;
  int ok = CALL(gan_dataset_from_memory)(&batch, &data) == GAN_OK;
  ok &= CALL(gan_model_create)(recipe, data, &model) == GAN_OK;
  const int threads_before_run = count_entries("/proc/self/task") - 2;

  gan_train_options training;
  gan_sample_options sampling;
  CALL(gan_train_options_init)(&training);
  CALL(gan_sample_options_init)(&sampling);
  training.steps = 3, sampling.count = 4;
  ok &= CALL(gan_set_threads)(2) == GAN_OK;
  ok &= CALL(gan_model_train)(model, data, &training, NULL, NULL) == GAN_OK;
  ok &= CALL(gan_model_sample)(model, &sampling, out, 4 * 256, &written) == GAN_OK;
  ok &= CALL(gan_model_save)(model, path) == GAN_OK;
  ok &= CALL(gan_model_load)(path, &copy) == GAN_OK;
  ok &= CALL(gan_model_load)("/nowhere", &(gan_model){0}) == GAN_IO;
  ok &= CALL(gan_model_create)("{\"batch\": 0}", 0, &(gan_model){0}) == GAN_ARGUMENT;
  const int threads_after = count_entries("/proc/self/task") - 2;
  ok &= CALL(gan_model_free)(copy) == GAN_OK && CALL(gan_model_free)(model) == GAN_OK;
  ok &= CALL(gan_dataset_free)(data) == GAN_OK;
  look(&after, threads);
  dup2(out_before, 1), dup2(error_before, 2);
  compare(&before, &after, "after a life");
  dlclose(library);
  look(&after, threads);
  compare(&before, &after, "after unloading");

  rewind(quiet);
  const size_t printed = fread(captured, 1, sizeof captured, quiet);
  if (printed) fprintf(stderr, "printed: %.*s\n", (int)printed, captured), failures++;
  if (!ok) fprintf(stderr, "a call failed\n"), failures++;
  if (threads_before_run != 1)
    fprintf(stderr, "%d threads before the first run\n", threads_before_run), failures++;
  // The calling thread and one worker; the reader of batches has ended with its training.
  if (threads_after > 2) fprintf(stderr, "%d threads on two\n", threads_after), failures++;
  remove(path);
  printf("the process is as it was: %s\n", failures ? "no" : "yes");
  return failures != 0;
}
