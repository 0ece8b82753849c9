// Random models, sites and packets over alphabets so small that rules match, names tie and every
// reason occurs. The same seed gives the same values on every machine. Test code; one thread.

#ifndef TESTS_SUPPORT_RANDOM_POLICY_H_
#define TESTS_SUPPORT_RANDOM_POLICY_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "common/policy/model.h"
#include "common/policy/packet.h"
#include "common/policy/site.h"

namespace gw::testing {

// SplitMix64: the standard's engines are portable, its distributions are not.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next();
  // 0 .. bound - 1
  size_t Below(size_t bound) { return Next() % bound; }
  // True once in `n` on average.
  bool OneIn(size_t n) { return Below(n) == 0; }

  template <typename T>
  const T& Pick(const std::vector<T>& choices) {
    return choices[Below(choices.size())];
  }
  template <typename T>
  T Pick(std::initializer_list<T> choices) {
    return choices.begin()[Below(choices.size())];
  }
  // Each of `choices` with probability 1 in `n`, in their order.
  template <typename T>
  std::vector<T> Some(const std::vector<T>& choices, size_t n) {
    std::vector<T> some;
    for (const T& choice : choices) {
      if (OneIn(n)) some.push_back(choice);
    }
    return some;
  }

 private:
  uint64_t state_;
};

Site RandomSite(Random& random);
// Validate finds no errors in it.
Model RandomModel(Random& random);
// The same with `rules` rules more, most of which match little or only log, so that the rule that
// decides stands anywhere among them.
Model RandomLargeModel(Random& random, size_t rules);
InterfacePacket RandomPacket(Random& random);

// For the message of a test that failed: one line per resource and per rule.
std::string ToText(const Model& model);
std::string ToText(const Site& site);
std::string ToText(const InterfacePacket& packet);

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_RANDOM_POLICY_H_
