/* Trains on samples that are in memory: eight Gaussians on a ring. Then looks at what the generator
 * makes, and saves it.
 *
 *   train_from_memory [STEPS [CHECKPOINT]]
 */
#include <gan.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { samples = 4096, modes = 8 };

static float points[samples][2];

static double uniform(void) { return (rand() + 1.0) / (RAND_MAX + 2.0); }

/* Points of eight Gaussians, standard deviation 0.02, on the unit circle. */
static void make_ring(void) {
  const double turn = 6.283185307179586;
  int i;
  for (i = 0; i < samples; i++) {
    const double radius = 0.02 * sqrt(-2 * log(uniform())), angle = turn * uniform();
    points[i][0] = (float)(cos(turn * (i % modes) / modes) + radius * cos(angle));
    points[i][1] = (float)(sin(turn * (i % modes) / modes) + radius * sin(angle));
  }
}

static int failed(gan_status status, const char *what) {
  if (status == GAN_OK) return 0;
  fprintf(stderr, "%s: %s: %s\n", what, gan_status_name(status), gan_last_error());
  return 1;
}

static int32_t report(void *user, const gan_step_stats *stats) {
  (void)user;
  printf("step %6lld  D %.3f  G %.3f  accuracy %.2f\n", (long long)stats->step,
         stats->discriminator_loss, stats->generator_loss, stats->accuracy);
  return 0; /* anything else stops the training */
}

/* How many of 1,000 generated points lie near each of the eight centres. */
static int look(gan_model model) {
  static float made[1000][2];
  int counts[modes] = {0}, i, near = 0;
  int64_t written;
  gan_sample_options options;
  gan_sample_options_init(&options);
  options.seed = 1;
  options.count = 1000;
  if (failed(gan_model_sample(model, &options, made[0], 2000, &written), "sample")) return 1;
  for (i = 0; i < 1000; i++) {
    const double turns = atan2(made[i][1], made[i][0]) / 6.283185307179586;
    const int mode = ((int)floor(turns * modes + 0.5) + modes) % modes;
    const double dx = made[i][0] - cos(6.283185307179586 * mode / modes);
    const double dy = made[i][1] - sin(6.283185307179586 * mode / modes);
    if (dx * dx + dy * dy < 0.04) counts[mode]++, near++;
  }
  printf("%d of 1000 points within 0.2 of a centre:", near);
  for (i = 0; i < modes; i++) printf(" %d", counts[i]);
  printf("\n");
  return 0;
}

int main(int argc, char **argv) {
  gan_batch batch;
  gan_dataset ring = 0;
  gan_model model = 0;
  gan_train_options options;
  int error;

  make_ring();
  gan_batch_init(&batch);
  batch.element_type = GAN_F32;
  batch.rank = 2;
  batch.shape[0] = samples;
  batch.shape[1] = 2;
  batch.data = points;
  batch.data_bytes = sizeof points;
  error = failed(gan_dataset_from_memory(&batch, &ring), "dataset");

  /* The dataset says that a sample is two numbers; the preset says the rest. */
  error = error || failed(gan_model_create("{\"preset\": \"mlp\", \"seed\": 7}", ring, &model), "create");

  gan_train_options_init(&options);
  options.steps = argc > 1 ? atoll(argv[1]) : 4000;
  options.report_interval = options.steps / 8 > 0 ? options.steps / 8 : 1;
  error = error || failed(gan_model_train(model, ring, &options, report, NULL), "train");
  error = error || look(model);
  if (argc > 2) error = error || failed(gan_model_save(model, argv[2]), "save");

  gan_model_free(model); /* 0 is fine */
  gan_dataset_free(ring);
  return error ? 1 : 0;
}
