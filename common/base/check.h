// GW_CHECK: an invariant of ours. When it does not hold, the program is wrong, and going on would
// decide packets wrongly; it prints where and aborts. Never for anything that comes from outside.

#ifndef COMMON_BASE_CHECK_H_
#define COMMON_BASE_CHECK_H_

#include <cstdio>
#include <cstdlib>

#define GW_CHECK(condition)                                                              \
  do {                                                                                   \
    if (!(condition)) [[unlikely]] {                                                     \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                      \
    }                                                                                    \
  } while (false)

#endif  // COMMON_BASE_CHECK_H_
