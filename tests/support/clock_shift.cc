// A library to be loaded before a program (LD_PRELOAD, ld.so(8)): its CLOCK_REALTIME is ahead of
// the machine's, or behind it, by as many nanoseconds as the file named by GW_CLOCK_SHIFT says (8
// bytes, as the machine has them; it may change at any time). Other clocks are left alone.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace {

const volatile int64_t* MapShift() {
  const char* path =
      std::getenv("GW_CLOCK_SHIFT");  // NOLINT(concurrency-mt-unsafe): before threads
  if (path == nullptr) return nullptr;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return nullptr;
  void* mapped = mmap(nullptr, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
  close(fd);
  return mapped == MAP_FAILED ? nullptr : static_cast<const volatile int64_t*>(mapped);
}

int64_t Shift_ns() {
  static const volatile int64_t* const shift = MapShift();
  return shift == nullptr ? 0 : *shift;
}

bool IsShifted(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* now) {
  // Not by glibc's own: that is what this one is found instead of.
  const long result = syscall(SYS_clock_gettime, clock, now);
  if (result != 0 || !IsShifted(clock)) return static_cast<int>(result);
  const int64_t shifted = now->tv_sec * int64_t{1'000'000'000} + now->tv_nsec + Shift_ns();
  now->tv_sec = shifted / 1'000'000'000;
  now->tv_nsec = shifted % 1'000'000'000;
  return 0;
}

int gettimeofday(timeval* now, void* /*zone*/) {
  timespec precise{};
  if (clock_gettime(CLOCK_REALTIME, &precise) != 0) return -1;
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1'000;
  return 0;
}

time_t time(time_t* also) {
  timespec precise{};
  clock_gettime(CLOCK_REALTIME, &precise);
  if (also != nullptr) *also = precise.tv_sec;
  return precise.tv_sec;
}

}  // extern "C"
