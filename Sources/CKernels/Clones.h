#ifndef LIBGAN_CLONES_H
#define LIBGAN_CLONES_H

// GAN_CLONES compiles a function for AVX-512, AVX2 with FMA and the baseline; the loader picks one.
// ThreadSanitizer's start-up cannot run the resolvers this needs, nor can what libFuzzer counts with.

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(coverage_sanitizer)
#define GAN_NO_CLONES 1
#endif
#endif

#if defined(__x86_64__) && !defined(GAN_NO_CLONES)
#define GAN_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define GAN_CLONES
#endif

/// Functions that must take on the instruction set of the clone they are used in.
#define GAN_INLINE static inline __attribute__((always_inline))

/// Iterations are independent, or touch exactly the same element of two pointers.
#define GAN_VECTOR _Pragma("clang loop vectorize(assume_safety)")

#endif
