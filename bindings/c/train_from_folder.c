/* Trains on a folder of PNG files (or any path a reader knows), with a progress line. Ctrl-C saves
 * what there is and ends; with the same CHECKPOINT the next run goes on from there.
 *
 *   train_from_folder FOLDER CHECKPOINT [STEPS [PRESET]]
 */
#define _POSIX_C_SOURCE 200809L
#include <gan.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void on_signal(int signal) {
  (void)signal;
  interrupted = 1;
}

static int failed(gan_status status, const char *what) {
  if (status == GAN_OK) return 0;
  fprintf(stderr, "%s: %s: %s\n", what, gan_status_name(status), gan_last_error());
  return 1;
}

struct progress {
  int64_t first, total;
  double start;
};

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int32_t report(void *user, const gan_step_stats *stats) {
  struct progress *progress = user;
  const double taken = now() - progress->start;
  double rate;
  if (progress->first < 0) progress->first = stats->step - 1;
  rate = taken > 0 ? (double)(stats->step - progress->first) / taken : 0;
  printf("\r%lld/%lld  %.1f steps/s  %.0f s left  D %.3f  G %.3f  accuracy %.2f   ",
         (long long)stats->step, (long long)progress->total, rate,
         rate > 0 ? (double)(progress->total - stats->step) / rate : 0, stats->discriminator_loss,
         stats->generator_loss, stats->accuracy);
  fflush(stdout);
  return interrupted ? 1 : 0; /* 1 ends the training with GAN_CANCELLED */
}

int main(int argc, char **argv) {
  gan_dataset data = 0;
  gan_model model = 0;
  gan_train_options options;
  struct progress progress = {-1, 0, 0};
  struct sigaction action = {0};
  char recipe[300];
  gan_status status;
  int error;

  if (argc < 3)
    return fprintf(stderr, "usage: %s FOLDER CHECKPOINT [STEPS [PRESET]]\n", argv[0]), 2;
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, NULL);

  if (failed(gan_dataset_open(argv[1], NULL, &data), "open")) return 1;
  if (access(argv[2], F_OK) == 0) {
    error = failed(gan_model_load(argv[2], &model), "load");
  } else {
    snprintf(recipe, sizeof recipe, "{\"preset\": \"%.200s\"}", argc > 4 ? argv[4] : "dcgan");
    error = failed(gan_model_create(recipe, data, &model), "create");
  }

  if (!error) {
    gan_train_options_init(&options);
    options.steps = progress.total = argc > 3 ? atoll(argv[3]) : 2000;
    progress.start = now();
    status = gan_model_train(model, data, &options, report, &progress);
    printf("\n");
    /* Cancelled training has lost nothing: what was reached is saved like what was finished. */
    error = status == GAN_CANCELLED ? 0 : failed(status, "train");
    error = failed(gan_model_save(model, argv[2]), "save") || error;
    if (!error) printf("%s %s\n", status == GAN_CANCELLED ? "stopped, saved" : "saved", argv[2]);
  }
  gan_model_free(model);
  gan_dataset_free(data);
  return error ? 1 : 0;
}
