// Tables: CSV to a data set, a model of its rows, rows as CSV.

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "include/abi_checks.h"
#include "support.h"

static int written(const char *path, const char *last) {
  FILE *file = fopen(path, "w");
  if (!file) return 0;
  fprintf(file, "age,city,paid\n");
  for (int row = 0; row < 80; row++)
    fprintf(file, "%d,%s,%d.5\n", 20 + row % 30, row % 3 ? "Rome" : "\"Oslo, N\"", row % 7);
  fprintf(file, "%s", last);
  return fclose(file) == 0;
}

/// The rows of a sampling, to be freed; NULL when its two calls do not agree.
static char *rows_of(gan_model model, const gan_sample_options *options) {
  int64_t length, again;
  if (gan_model_sample_rows(model, options, NULL, 0, &length) != GAN_OK) return NULL;
  char *text = malloc((size_t)length + 1);
  if (text && gan_model_sample_rows(model, options, text, length + 1, &again) == GAN_OK && again == length &&
      strlen(text) == (size_t)length)
    return text;
  free(text);
  return NULL;
}

static const char *rows(gan_model model) {
  gan_sample_options options;
  int64_t length;
  int lines = 0;
  gan_sample_options_init(&options);
  options.seed = 3, options.count = 25;
  char *text = rows_of(model, &options);
  WANT(text && strncmp(text, "age,city,paid\n", 14) == 0);
  for (const char *c = text; *c; c++) lines += *c == '\n';
  WANT(lines == 26);
  options.conditions = "{\"city\": \"Oslo, N\", \"age\": 21}";
  char *asked = rows_of(model, &options);
  WANT(asked);
  for (char *line = strtok(asked + 14, "\n"); line; line = strtok(NULL, "\n"))
    WANT(strncmp(line, "21,\"Oslo, N\",", 13) == 0);
  free(text), free(asked);
  char little[8];
  options.conditions = NULL;
  WANT_NAMED(GAN_ARGUMENT, "capacity", gan_model_sample_rows(model, &options, little, 8, &length));
  static const char *const wrong[] = {"{\"city\": \"Paris\"}", "{\"town\": 1}", "{\"age\": 99}", "{\"age\": null}", "{\"age\": [1]}", "[]", "x"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    options.conditions = wrong[i];
    WANT(gan_model_sample_rows(model, &options, NULL, 0, &length) != GAN_OK && length == 0);
    WANT(*gan_last_error() && !strchr(gan_last_error(), '\n'));
  }
  return NULL;
}

static const char *measures(gan_model model, gan_dataset data, const char *path) {
  char text[4096], options[1024], wrong[1024];
  int64_t length;
  snprintf(options, sizeof options,
           "{\"metrics\": [\"column-shapes\", \"pair-trends\", \"closest-record\"], \"training\": \"%s\"}", path);
  WANT(gan_model_evaluate(model, data, options, text, sizeof text, &length) == GAN_OK);
  WANT(strstr(text, "\"closest-record-real[columns]\":0,") && strstr(text, "\"column-shapes[columns]\":["));
  WANT(gan_dataset_compare(data, data, options, text, sizeof text, &length) == GAN_OK);
  WANT(strstr(text, "\"column-shapes[columns]\":1,"));
  snprintf(wrong, sizeof wrong, "{\"training\": \"%s.none\"}", path);
  WANT_NAMED(GAN_IO, ".none", gan_model_evaluate(model, data, wrong, text, sizeof text, &length));
  WANT_NAMED(GAN_UNSUPPORTED, "training", gan_model_evaluate(model, data, "{\"metrics\": [\"closest-record\"]}", text, sizeof text, &length));
  return NULL;
}

const char *abi_check_tables(const char *folder) {
  char path[512], info[4096];
  gan_dataset data;
  gan_model model;
  gan_train_options training;
  int64_t length;
  snprintf(path, sizeof path, "%s/t.csv", folder);
  WANT(written(path, "x,Rome\n"));
  WANT_NAMED(GAN_FORMAT, "row 81 (line 82): expected 3 cells", gan_dataset_open(path, NULL, &data));
  WANT(written(path, "21,\"Rome,1\n"));
  WANT_NAMED(GAN_FORMAT, "closing quote", gan_dataset_open(path, NULL, &data));
  WANT(written(path, ""));
  WANT_NAMED(GAN_ARGUMENT, "columns", gan_dataset_open(path, "{\"columns\": {\"town\": \"date\"}}", &data));
  WANT(gan_dataset_open(path, NULL, &data) == GAN_OK);
  WANT(gan_dataset_info(data, info, sizeof info, &length) == GAN_OK);
  WANT(strstr(info, "\"kind\":\"tables\"") && strstr(info, "\"type\":\"integer\"") && strstr(info, "\"greatest\":\"49\""));
  WANT_NAMED(GAN_ARGUMENT, "data.kind", gan_model_create("{\"preset\": \"wgan-gp\"}", data, &model));
  WANT(gan_model_create("{\"preset\": \"ctgan\", \"batch\": 20, \"generator\": {\"width\": 8}, "
                        "\"discriminator\": {\"width\": 8}}", data, &model) == GAN_OK);
  gan_train_options_init(&training);
  training.steps = 3;
  WANT(gan_model_train(model, data, &training, NULL, NULL) == GAN_OK);
  const char *wrong = rows(model);
  if (!wrong) wrong = measures(model, data, path);
  if (wrong) return wrong;
  unlink(path);
  WANT(gan_model_free(model) == GAN_OK && gan_dataset_free(data) == GAN_OK);
  return NULL;
}
