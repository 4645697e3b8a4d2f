#ifndef LIBGAN_TYPES_H
#define LIBGAN_TYPES_H

#include <stdint.h>

/*
 * libgan: trains and samples generative adversarial networks inside any program.
 *
 * The nouns are a model and a dataset; what to build and how to train it is a recipe, a JSON text.
 * A program in six calls:
 *
 *     gan_model model;
 *     gan_sample_options options;
 *     gan_sample_options_init(&options);
 *     options.count = 16;
 *     if (gan_model_load("digits.safetensors", &model) != GAN_OK) puts(gan_last_error());
 *     gan_model_sample(model, &options, pixels, 16 * 28 * 28, &written);
 *     gan_model_free(model);
 *
 * Link with -lgan. The library brings everything but the C library, oneDNN, libpng and zlib.
 *
 * Rules that hold for every function:
 *
 * - A gan_status of 0 is GAN_OK. Otherwise gan_last_error() has one line that names the field, what
 *   was expected and what came; nothing of the model, the dataset or the caller's files is lost.
 *   Whatever is passed, the library does not end the process.
 * - Results come last and are zeroed first when a call fails. A result may not be NULL unless its
 *   function says so.
 * - Handles are numbers that are checked: a handle that was freed, that belongs to another kind or
 *   that was made up answers GAN_HANDLE. 0 is no handle; freeing 0 is fine.
 * - Structs begin with struct_size and have an init function that sets it and every default. A
 *   struct of an older header is read as far as it goes; later fields have their defaults.
 * - Buffers belong to the caller. Inputs are borrowed until the call returns and never kept.
 * - Texts come out in two calls: with buffer NULL and capacity 0 the call gives *out_length, the bytes
 *   without the closing zero; then pass a buffer of *out_length + 1. A buffer that is too small
 *   answers GAN_ARGUMENT and still gives *out_length. Arrays (samples) do the same with *out_count,
 *   counted in elements.
 * - Texts in are UTF-8 and end with a zero.
 * - Threads: any function may be called from any thread. Of one model, sampling, applying, saving and
 *   asking may happen at once; training and freeing exclude every other use, and whoever comes second
 *   gets GAN_BUSY. While gan_model_train runs, its own callback may sample and save. Datasets never
 *   change and may be shared. Callbacks run on the thread that made the call.
 * - The process stays the host's: nothing is printed, and signal handlers, locale, floating-point mode,
 *   working directory, environment and OpenMP's settings stay as they are. Threads of the library's
 *   own are first made by the first call that computes, and block the host's signals.
 * - After fork the child may go on with every handle. A model that another thread was training at
 *   that moment answers GAN_BUSY from then on: its weights are half moved.
 */

/** The library's release. */
#define GAN_VERSION "0.1.0"

/** Grows by one with every release that adds functions or fields; see gan_abi_version. */
#define GAN_ABI_VERSION 1

/** What every fallible function returns: GAN_OK or one of the codes below. */
typedef int32_t gan_status;

/** Status codes: stable, never renumbered. */
enum {
  GAN_OK = 0,          /**< Done. */
  GAN_ARGUMENT = 1,    /**< A value of the caller's is missing, malformed or out of range. */
  GAN_HANDLE = 2,      /**< Not a live handle of the kind asked for (freed, foreign or made up). */
  GAN_BUSY = 3,        /**< Another thread is using the model in a way that excludes this call. */
  GAN_MEMORY = 4,      /**< The memory limit or the machine's memory does not suffice. */
  GAN_IO = 5,          /**< A file could not be opened, read or written. */
  GAN_FORMAT = 6,      /**< A file, checkpoint or JSON text is damaged or not what it should be. */
  GAN_CANCELLED = 7,   /**< Stopped by gan_model_cancel or by a callback; nothing is lost. */
  GAN_UNSUPPORTED = 8, /**< This build, this machine or this kind of model cannot do that. */
  GAN_DIVERGED = 9,    /**< Training went wrong for good; the model has its last good weights. */
  GAN_INTERNAL = 10    /**< A defect of the library. Please report the text. */
};

/** A model: networks, optimisers and counters. 0 is no model. */
typedef uint64_t gan_model;

/** An immutable set of samples. 0 is no dataset. */
typedef uint64_t gan_dataset;

/** Element types of a gan_batch. */
enum {
  GAN_U8 = 1,  /**< Bytes 0..255: pixels. */
  GAN_F32 = 2, /**< Floats: pixels from -1 to 1, coordinates, latents. */
  GAN_I32 = 3  /**< Token numbers of a text. */
};

/**
 * Samples in the caller's memory, borrowed for the length of a call. Dense, N first, channels
 * last: images are [N, H, W, C], points and vectors [N, D], token sequences [N, T], sounds
 * and series [N, T, C].
 *
 * Bytes are brought to -1..1 as byte / 127.5 - 1; floats are taken as they are and must be finite.
 */
typedef struct gan_batch {
  uint32_t struct_size;   /**< sizeof(gan_batch); gan_batch_init sets it. */
  int32_t element_type;   /**< GAN_U8, GAN_F32 or GAN_I32. */
  int32_t rank;           /**< Entries used of shape, 1 to 8. */
  int32_t reserved;       /**< 0. */
  int64_t shape[8];       /**< N first; unused entries are ignored. */
  const void *data;       /**< Row-major elements, aligned to their size. */
  int64_t data_bytes;     /**< Bytes at data: exactly the product of shape times the element. */
  const int32_t *labels;  /**< One class number from 0 for each sample, or NULL. */
  int64_t label_count;    /**< Entries at labels: N, or 0. */
} gan_batch;

/**
 * What to generate. Sample i of a seed depends on the model, the seed and i alone: asking for
 * samples 0..9 at once or in two halves gives the same samples.
 */
typedef struct gan_sample_options {
  uint32_t struct_size;   /**< sizeof(gan_sample_options); gan_sample_options_init sets it. */
  int32_t label;          /**< Class of every sample; -1 (the default): sample i has class i mod K. */
  uint64_t seed;          /**< Default 0. */
  int64_t first;          /**< Index of the first sample, from 0; default 0. */
  int64_t count;          /**< Number of samples, at least 1; default 1. */
  double truncation;      /**< Scale of the latents, above 0; default 1. Less: safer, less varied. */
  double temperature;     /**< Of discrete choices, above 0; default 1. */
  int32_t averaged;       /**< 1 (the default): the averaged weights where there are any; 0: raw. */
  int32_t reserved;       /**< 0. */
  const int32_t *labels;  /**< Class of each sample (count entries), or NULL; excludes label. */
  int64_t label_count;    /**< Entries at labels: count, or 0. */
  const float *codes;     /**< Codes of each sample, row by row, or NULL: see gan_model_sample. */
  int64_t code_count;     /**< Entries at codes: count times the model's "codes", or 0. */
  const char *conditions; /**< JSON object of column conditions (tables), or NULL. */
  int32_t balanced;       /**< Of tables, 1: rare values come more often, as in training; default 0. */
  int32_t reserved_end;   /**< 0. */
} gan_sample_options;

/** How long to train. Training ends at whichever bound comes first. */
typedef struct gan_train_options {
  uint32_t struct_size;    /**< sizeof(gan_train_options); gan_train_options_init sets it. */
  uint32_t reserved;       /**< 0. */
  int64_t steps;           /**< Steps in all, also when resuming; 0 (the default): the recipe's. */
  double seconds;          /**< Most seconds for this call; 0 (the default): no bound. */
  int64_t report_interval; /**< Steps from one on_step call to the next; default 1. */
  gan_dataset held_out;    /**< Data to judge the run by; 0 (the default): a held-out part of the data. */
  const char *best_path;   /**< Where the best checkpoint is kept, by the recipe's "evaluation"; NULL: nowhere. */
} gan_train_options;

/** Verdicts of the trainer: stable, never renumbered. docs/health.md says what each rests on. */
enum {
  GAN_VERDICT_HEALTHY = 0,              /**< The networks learn. */
  GAN_VERDICT_NON_FINITE = 1,           /**< Of a step: a loss or gradient was not finite, its update was left out. */
  GAN_VERDICT_BALANCED = 2,             /**< Samples are hardly told from held-out data: the goal. */
  GAN_VERDICT_DISCRIMINATOR_WINS = 3,   /**< Everything is told apart, and samples do not get nearer to the data. */
  GAN_VERDICT_GENERATOR_COLLAPSING = 4, /**< Samples are much more alike than the data. */
  GAN_VERDICT_OSCILLATING = 5,          /**< Samples swing to and fro. */
  GAN_VERDICT_DIVERGING = 6,            /**< Losses, gradients or samples grow without bound. */
  GAN_VERDICT_FEEDBACK_IS_NOISE = 7,    /**< The discriminator's word says nothing of data it has not seen. */
  GAN_VERDICT_MEMORISING = 8            /**< Samples repeat items of the training data. */
};

/** One step's figures. A figure that the step did not compute is NaN. */
typedef struct gan_step_stats {
  uint32_t struct_size;              /**< Set by the caller of gan_model_train_step. */
  int32_t verdict;                   /**< GAN_VERDICT_HEALTHY or another verdict. */
  int64_t step;                      /**< Steps made so far, this one included. */
  double discriminator_loss;         /**< Penalties included. */
  double generator_loss;             /**< Of the latest generator update. */
  double score_real;                 /**< Mean raw score of real samples. */
  double score_fake;                 /**< Mean raw score of generated samples. */
  double accuracy;                   /**< Share the discriminator tells apart; 0.5 is the balance. */
  double discriminator_gradient_norm; /**< Before clipping. */
  double generator_gradient_norm;     /**< Of the latest generator update, before clipping. */
  double seconds;                    /**< Wall-clock time of the step. */
  int32_t generator_updated;         /**< 1 if this step also updated the generator. */
  int32_t reserved;                  /**< 0. */
  double class_accuracy;             /**< Share of labelled real samples whose class was told (acgan, sgan). */
  double information;                /**< Lower bound on what samples tell of their categorical codes, nats. */
  double balance;                    /**< BEGAN's k, 0 to 1. */
  double convergence;                /**< BEGAN's measure of convergence; it falls. */
  double held_out_share;             /**< Of the latest look: pairs with score(held-out) > score(generated). */
  double diversity;                  /**< Of the latest look: distance of two samples by that of two of the data. */
  double coverage;                   /**< Of the latest look: share of held-out samples with a generated one near. */
  double nearest;                    /**< Of the latest look: distance to training items by held-out samples' one. */
  double fake_slope;                 /**< Of the latest look: mean square of the score's slope at samples. */
  double rate_factor;                /**< Of all learning rates: below 1 after going back to a snapshot. */
  int32_t went_back;                 /**< 1 if the model went back to its last snapshot after this step. */
  int32_t reserved_2;                /**< 0. */
} gan_step_stats;

/**
 * Called by gan_model_train on the thread that called it. Return 0 to go on, anything else to stop
 * with GAN_CANCELLED. The model may be sampled and saved from here; stats are borrowed.
 */
typedef int32_t (*gan_step_callback)(void *user, const gan_step_stats *stats);

/** Levels of a log line. */
enum {
  GAN_LOG_INFO = 1,   /**< What happens. */
  GAN_LOG_WARNING = 2 /**< What somebody should look at. */
};

/** Receives one line of log, on the thread whose call caused it. The message is borrowed. */
typedef void (*gan_log_callback)(void *user, int32_t level, const char *message);

#endif
