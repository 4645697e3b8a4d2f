#include "CDatasetsFixtures.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

size_t fixture_deflate(const uint8_t *input, size_t size, int gzip, uint8_t *output, size_t room) {
  z_stream stream = {0};
  if (deflateInit2(&stream, 6, Z_DEFLATED, gzip ? 15 + 16 : 15, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
  stream.next_in = (Bytef *)input;
  stream.avail_in = (uInt)size;
  stream.next_out = output;
  stream.avail_out = (uInt)room;
  const int status = deflate(&stream, Z_FINISH);
  const size_t length = room - stream.avail_out;
  deflateEnd(&stream);
  return status == Z_STREAM_END ? length : 0;
}

uint32_t fixture_crc32(const uint8_t *bytes, size_t size) {
  return (uint32_t)crc32(crc32(0, NULL, 0), bytes, (uInt)size);
}

int fixture_in_child(unsigned seconds, int (*body)(void *), void *context) {
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGALRM, SIG_DFL);
    sigset_t all;
    sigemptyset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    alarm(seconds);
    _exit(body(context));
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#ifndef __has_feature
#define __has_feature(x) 0
#endif

int fixture_under_thread_sanitizer(void) { return __has_feature(thread_sanitizer); }
