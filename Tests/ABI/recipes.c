// Recipes: every key of the header's comment, defaults, presets, and what data fills in.

#include <stdio.h>
#include <stdlib.h>

#include "include/abi_checks.h"
#include "support.h"

/// Freed by the caller; NULL when it is refused.
static char *resolved(const char *recipe, gan_dataset data) {
  int64_t length, again;
  if (gan_recipe_resolve(recipe, data, NULL, 0, &length) != GAN_OK) return NULL;
  char *text = malloc((size_t)length + 1);
  if (text && gan_recipe_resolve(recipe, data, text, length + 1, &again) == GAN_OK && again == length)
    return text;
  free(text);
  return NULL;
}

/// Whether a recipe resolves to a text with `part` in it.
static int says(const char *recipe, gan_dataset data, const char *part) {
  char *text = resolved(recipe, data);
  const int found = text && strstr(text, part);
  free(text);
  return found;
}

static const char *header_example =
  "{\"preset\": \"dcgan\", \"kind\": \"gan\","
  " \"data\": {\"kind\": \"images\", \"shape\": [28, 28, 1], \"classes\": 0},"
  " \"generator\": {\"architecture\": \"dcgan\", \"width\": 8}, \"discriminator\": {\"layers\": "
  " [{\"flatten\": {}}, {\"dense\": {\"units\": 8}}]},"
  " \"latent\": {\"size\": 100, \"distribution\": \"normal\"},"
  " \"objective\": {\"loss\": \"hinge\", \"discriminator-steps\": 1, \"label-smoothing\": 0,"
  "  \"penalties\": [{\"name\": \"r1\", \"weight\": 10, \"every\": 1}]},"
  " \"optimizers\": {\"generator\": {\"name\": \"adam\", \"rate\": 2e-4, \"beta1\": 0.5}, \"discriminator\": "
  "{}},"
  " \"averaging\": 0.999, \"batch\": 64, \"steps\": 10000, \"seed\": 0, \"flip\": false}";

const char *abi_check_recipes(void) {
  static const char *const losses[] = {"minimax",     "non-saturating", "least-squares",
                                       "wasserstein", "hinge",          "relativistic"};
  static const char *const penalties[] = {"r1", "r2", "gradient-penalty", "dragan"};
  static const char *const optimizers[] = {"adam", "adamw", "rmsprop", "sgd"};
  gan_batch points = abi_points(16);
  gan_dataset data;
  gan_model model;
  char recipe[1024];
  WANT(says(header_example, 0, "\"hinge\""));
  for (int i = 0; i < 6; i++)
    for (int j = 0; j < 4; j++) {
      snprintf(recipe, sizeof recipe,
               TINY(POINTS ", \"objective\": {\"loss\": \"%s\", \"penalties\": [{\"name\": \"%s\", "
                           "\"weight\": 1}]}, \"optimizers\": {\"generator\": {\"name\": \"%s\"}}"),
               losses[i], penalties[j], optimizers[j]);
      WANT(says(recipe, 0, losses[i]) && says(recipe, 0, penalties[j]) && says(recipe, 0, optimizers[j]));
      if (j != i % 4) continue;
      WANT(gan_model_create(recipe, 0, &model) == GAN_OK);
      WANT(gan_model_train_step(model, &points, NULL) == GAN_OK && gan_model_free(model) == GAN_OK);
    }
  // A default is shown, a resolved recipe resolves to itself.
  char *once = resolved(SMALL, 0), *twice = once ? resolved(once, 0) : NULL;
  WANT(once && twice && strcmp(once, twice) == 0 && strstr(once, "\"averaging\""));
  free(once), free(twice);
  // Data says shape, kind and classes.
  WANT_NAMED(GAN_ARGUMENT, "data.shape", gan_model_create("{}", 0, &model));
  WANT(gan_dataset_from_memory(&points, &data) == GAN_OK);
  WANT(says(TINY(""), data, "\"vectors\""));
  WANT_NAMED(GAN_ARGUMENT, "shape", gan_model_create(TINY(", \"data\": {\"shape\": [3]}"), data, &model));
  WANT(gan_dataset_free(data) == GAN_OK);
  return NULL;
}

/// Whatever does not fit is refused by its path.
const char *abi_check_refused_recipes(void) {
  static const struct {
    const char *recipe, *path;
    gan_status status;
  } cases[] = {
    {"", "recipe", GAN_FORMAT},
    {"[]", "recipe", GAN_ARGUMENT},
    {"{\"batch\": 16, \"batch\": 17}", "key", GAN_FORMAT},
    {"{\"bacth\": 16}", "bacth", GAN_ARGUMENT},
    {"{\"objective\": {\"lss\": \"hinge\"}}", "objective.lss", GAN_ARGUMENT},
    {"{\"objective\": {\"loss\": \"hnge\"}}", "objective.loss", GAN_ARGUMENT},
    {"{\"preset\": \"none\"}", "preset", GAN_ARGUMENT},
    {"{\"batch\": 0}", "batch", GAN_ARGUMENT},
    {"{\"batch\": -1}", "batch", GAN_ARGUMENT},
    {"{\"batch\": 1e999}", "batch", GAN_ARGUMENT},
    {"{\"batch\": 9223372036854775808}", "batch", GAN_ARGUMENT},
    {"{\"batch\": 1.5}", "batch", GAN_ARGUMENT},
    {"{\"batch\": \"16\"}", "batch", GAN_ARGUMENT},
    {"{\"latent\": {\"size\": 99999999}}", "latent.size", GAN_ARGUMENT},
    {"{\"data\": {\"shape\": [65536, 65536, 4]}}", "data.shape", GAN_ARGUMENT},
    {"{\"data\": {\"shape\": [0]}}", "data.shape", GAN_ARGUMENT},
    {"{\"optimizers\": {\"generator\": {\"rate\": -1}}}", "optimizers.generator.rate", GAN_ARGUMENT},
    {"{\"steps\": -3}", "steps", GAN_ARGUMENT},
  };
  gan_model model;
  int64_t length;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const gan_status status = gan_model_create(cases[i].recipe, 0, &model);
    WANT(status == cases[i].status || status == GAN_FORMAT);
    WANT(strstr(gan_last_error(), cases[i].path) && model == 0);
    WANT(gan_recipe_resolve(cases[i].recipe, 0, NULL, 0, &length) == status && length == 0);
  }
  return NULL;
}
