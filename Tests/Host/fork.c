// fork with a trained model in the parent, at every kind of moment: the child trains and samples, or gets
// an error, within a second of computing; it never hangs.
//
// usage: fork ROUNDS

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../ABI/support.h"

static gan_model model, trained, sampled;
static gan_dataset data;
static _Atomic int stop;
static double slowest;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static gan_status train(gan_model of, int64_t more, gan_step_callback on_step, void *user) {
  gan_train_options options;
  gan_train_options_init(&options);
  options.steps = more;
  return gan_model_train(of, data, &options, on_step, user);
}

enum { FINE = 40, WRONG, BUSY_AS_SAID };

/// What a child does with the model that nobody else was using.
static int use(gan_model of) {
  const gan_batch batch = abi_points(16);
  float out[64];
  gan_model made;
  int64_t length;
  if (gan_model_train_step(of, &batch, NULL) != GAN_OK) return WRONG;
  if (train(of, 1000, NULL, NULL) != GAN_OK) return WRONG + 10;
  if (abi_sample(of, 32, out) != GAN_OK) return WRONG + 20;
  if (gan_model_info(of, NULL, 0, &length) != GAN_OK) return WRONG + 30;
  if (gan_model_create(TINY(POINTS), 0, &made) != GAN_OK) return WRONG + 40;
  if (gan_model_train_step(made, &batch, NULL) != GAN_OK || gan_model_free(made) != GAN_OK) return WRONG + 50;
  return gan_model_free(of) == GAN_OK ? FINE : WRONG + 60;
}

/// And with one that other threads were sampling: reading goes on, and so may training.
static int use_sampled(void) {
  const gan_batch batch = abi_points(16);
  float out[64];
  if (abi_sample(sampled, 32, out) != GAN_OK) return WRONG + 70;
  if (gan_model_train_step(sampled, &batch, NULL) != GAN_OK) return WRONG + 80;
  return gan_model_free(sampled) == GAN_OK ? FINE : WRONG + 90;
}

/// And with one that another thread was training: an error that says so.
static int use_trained(void) {
  const gan_batch batch = abi_points(16);
  float out[64];
  const gan_status step = gan_model_train_step(trained, &batch, NULL);
  const gan_status sample = abi_sample(trained, 32, out);
  // The fork may also have come between two of its calls.
  if (step == GAN_OK) return FINE;
  return step == GAN_BUSY && sample == GAN_BUSY && strstr(gan_last_error(), "fork") ? BUSY_AS_SAID
                                                                                    : WRONG + 100;
}

/// Runs `body` in a child; -1 when it takes more than a second.
static int in_child(int (*body)(void)) {
  const double start = now();
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (now() - start > 20) {  // beyond any doubt, on a machine however busy
      kill(child, SIGABRT);
      waitpid(child, &status, 0);
      return -1;
    }
    usleep(1000);
  }
  if (now() - start > slowest) slowest = now() - start;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int whole(void) {
  const int first = use(model);
  if (first != FINE) return first;
  const int second = use_sampled();
  return second == FINE ? use_trained() : second;
}

static int alone(void) { return use(model); }

static int64_t again;

static int32_t on_step(void *user, const gan_step_stats *stats) {
  (void)user;
  (void)stats;
  return atomic_load(&stop);
}

static void *trainer(void *user) {
  while (!atomic_load(&stop)) train(trained, 1000000, on_step, user);
  return NULL;
}

static void *sampler(void *user) {
  float out[64];
  while (!atomic_load(&stop)) abi_sample(sampled, 1 + (again++ % 32), out);
  return user;
}

static void *maker(void *user) {
  gan_model made;
  const gan_batch batch = abi_points(16);
  while (!atomic_load(&stop))
    if (gan_model_create(TINY(POINTS), 0, &made) == GAN_OK) {
      gan_model_train_step(made, &batch, NULL);
      gan_model_free(made);
    }
  return user;
}

/// Forks from inside the callback of a training: the child goes on with that very training.
static int32_t fork_in_step(void *user, const gan_step_stats *stats) {
  pid_t *child = user;
  if (stats->step == 3) *child = fork();
  return 0;
}

static int training_child(void) {
  gan_model own;
  pid_t child = -1;
  if (gan_model_create(TINY(""), data, &own) != GAN_OK) return 1;
  const gan_status status = train(own, 20, fork_in_step, &child);
  const int fine = status == GAN_OK && gan_model_free(own) == GAN_OK;
  if (child == 0) _exit(fine ? FINE : WRONG);
  int result = 0;
  waitpid(child, &result, 0);
  return fine && WIFEXITED(result) && WEXITSTATUS(result) == FINE ? FINE : WRONG;
}

int main(int count, char **arguments) {
  const int rounds = count > 1 ? atoi(arguments[1]) : 50;
  const gan_batch batch = abi_points(64);
  pthread_t threads[4];
  int busy = 0;
  if (gan_dataset_from_memory(&batch, &data) || gan_model_create(TINY(""), data, &model) ||
      gan_model_create(TINY(""), data, &trained) || gan_model_create(TINY(""), data, &sampled) ||
      gan_set_threads(2) || train(model, 6, NULL, NULL))
    return printf("%s\n", gan_last_error()), 1;
  int result = in_child(alone);
  if (result != FINE) return printf("quiet parent: child answers %d\n", result), 1;
  result = in_child(training_child);
  if (result != FINE) return printf("fork inside on_step: child answers %d\n", result), 1;
  pthread_create(&threads[0], NULL, trainer, NULL), pthread_create(&threads[1], NULL, sampler, NULL);
  pthread_create(&threads[2], NULL, sampler, NULL), pthread_create(&threads[3], NULL, maker, NULL);
  for (int round = 0; round < rounds; round++) {
    usleep((useconds_t)(rand() % 20000));
    result = in_child(whole);
    busy += result == BUSY_AS_SAID;
    if (result != FINE && result != BUSY_AS_SAID)
      return printf("round %d: child answers %d\n", round, result), 1;
  }
  atomic_store(&stop, 1);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  printf(
    "%d forks beside 4 threads at work: every child trained and sampled, %d were told that the model which "
    "another "
    "thread trained is busy; the slowest took %.2f s\n",
    rounds, busy, slowest);
  return 0;
}
