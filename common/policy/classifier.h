// Classifier: which entries of a policy a packet matches, at a cost that hardly grows with their
// number. Private to compile.cc and walk.h, which own it as a part of CompiledPolicy. Immutable
// after Build; any thread reads it.
//
// An entry is a rule, or the end of a tier; entries are numbered in evaluation order. A packet has
// a class in each of five dimensions: source address, destination address, protocol, source port,
// destination port. For each class there is a vector of bits, one for each entry that a packet of
// that class can match in that dimension; for each chain, stage and direction there is one of the
// entries that are asked there. Where all have a bit, the entry matches ("bit vector" packet
// classification: Lakshman and Stiliadis, SIGCOMM 1998).
//
// Vectors are cut into blocks of 512 entries, and equal blocks are stored once: most vectors differ
// from each other in few places, so that memory grows with what is written, not with its square. A
// block of nothing ends the look at all 512 entries at once.
//
// What a bit cannot say (named ports, ICMP types) is tested on the rule itself, once, when it comes
// up; see is_exact.

#ifndef COMMON_POLICY_CLASSIFIER_H_
#define COMMON_POLICY_CLASSIFIER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/net/address.h"
#include "common/net/tuple.h"

namespace gw {

struct CompiledPolicy;

inline constexpr uint32_t kNoEntry = 0xffffffff;

class Classifier {
 public:
  // Numbers of vectors.
  struct Classes {
    uint32_t source = 0;
    uint32_t destination = 0;
    uint32_t protocol = 0;
    uint32_t source_port = 0;
    uint32_t destination_port = 0;
  };
  struct Entry {
    uint32_t number = 0;  // of a rule, or of a tier
    bool is_end_of_tier = false;
    bool is_exact = true;     // else the rule must be asked whether it matches
    uint32_t after_tier = 0;  // the entry that a Pass leads to
  };

  // The vector of every entry, for a dimension that is not asked.
  static constexpr uint32_t kEveryEntry = 1;

  Classifier() = default;

  // Fills the classifier of `policy` and the members of its chains. Everything else of it is there.
  static void Build(CompiledPolicy& policy);

  Classes ClassesOf(const Tuple& tuple) const;

  // The first entry in [from, until) that `members` has and that `classes` may match; kNoEntry if
  // there is none.
  uint32_t Next(uint32_t members, const Classes& classes, uint32_t from, uint32_t until) const;

  const Entry& entry(uint32_t number) const { return entries_[number]; }
  uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }
  // The entry of a rule.
  uint32_t EntryOfRule(uint32_t rule) const { return entry_of_rule_[rule]; }
  // Entries that exist now, by schedule and expiry: the members of profiles.
  uint32_t in_force() const { return in_force_; }

  struct Size {
    size_t vectors = 0;
    size_t blocks = 0;
    size_t address_ranges = 0;
    size_t bytes = 0;
  };
  Size SizeInMemory() const;

 private:
  friend class ClassifierBuilder;

  static constexpr uint32_t kBlockWords = 8;
  static constexpr uint32_t kBlockBits = kBlockWords * 64;
  using Block = std::array<uint64_t, kBlockWords>;
  static constexpr uint32_t kZeros = 0;  // block of nothing
  static constexpr uint32_t kOnes = 1;   // block of everything

  struct AddressClass {
    uint32_t source = 0;
    uint32_t destination = 0;
  };
  // Up to where a class reaches: starts_[i] is the first of class i, and starts_[0] is 0.
  struct Wide {
    uint64_t hi = 0;
    uint64_t lo = 0;
    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the 0 behind < for a pointer
    friend auto operator<=>(const Wide&, const Wide&) = default;
  };
  struct PortClasses {
    std::vector<uint16_t> starts;
    std::vector<uint32_t> vectors;
    uint32_t without_ports = 0;  // of protocols that have none
  };

  const AddressClass& ClassOf(const Address& address) const;
  static uint32_t ClassOf(const PortClasses& classes, const Tuple& tuple, uint16_t port);
  const uint32_t* BlocksOf(uint32_t vector) const {
    return &block_numbers_[size_t{vector} * blocks_per_vector_];
  }

  std::vector<Entry> entries_;
  std::vector<uint32_t> entry_of_rule_;
  uint32_t in_force_ = 0;

  uint32_t blocks_per_vector_ = 0;
  std::vector<Block> blocks_;
  std::vector<uint32_t> block_numbers_;  // vector by vector

  std::vector<uint32_t> starts4_;
  std::vector<AddressClass> classes4_;
  // By the upper 16 bits: where to search in starts4_. Empty where starts4_ is short.
  std::vector<uint32_t> root4_;
  std::vector<Wide> starts6_;
  std::vector<AddressClass> classes6_;
  std::array<uint32_t, 256> protocols_{};
  PortClasses source_ports_;
  PortClasses destination_ports_;
};

}  // namespace gw

#endif  // COMMON_POLICY_CLASSIFIER_H_
