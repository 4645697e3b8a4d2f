#include "CGAN.h"

#include <string.h>

// A fixed buffer in C: it needs no allocation to report that there is no memory.
static _Thread_local char error_text[2048];

void gan_error_text_set(const char *text, int64_t length) {
  const int64_t most = (int64_t)sizeof error_text - 1;
  if (length < 0 || !text) length = 0;
  if (length > most) {
    length = most;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) length--;
  }
  if (length > 0) memcpy(error_text, text, (size_t)length);
  error_text[length] = 0;
}

const char *gan_error_text(void) { return error_text; }

const char *gan_version_text(void) { return GAN_VERSION; }
