#include "enforcer/audit/live_flows.h"

#include "absl/hash/hash.h"

#include "common/net/protocol.h"

namespace gw {
namespace {

uint64_t KeyOf(const Tuple& tuple) { return absl::HashOf(tuple); }

}  // namespace

void LiveFlows::Add(const Tuple& tuple, int64_t id) {
  if (ids_.size() >= kMax) {
    const int64_t oldest = id - static_cast<int64_t>(kMax / 2);
    absl::erase_if(ids_, [oldest](const auto& one) { return one.second < oldest; });
  }
  const auto [known, is_new] = ids_.try_emplace(KeyOf(tuple), id);
  if (!is_new) known->second = HasPorts(tuple.protocol) ? id : kSeveral;
}

std::optional<int64_t> LiveFlows::TakeKey(uint64_t key) {
  const auto found = ids_.find(key);
  if (found == ids_.end()) return std::nullopt;
  const int64_t id = found->second;
  ids_.erase(found);
  if (id == kSeveral) return std::nullopt;
  return id;
}

// Decisions are about the destination behind DNAT, those of preDNAT policies about the one before.
std::optional<int64_t> LiveFlows::Take(const EndedFlow& flow) {
  Tuple decided = flow.tuple;
  decided.destination = flow.answered_by.address;
  decided.destination_port = flow.answered_by.port;
  const auto id = TakeKey(KeyOf(decided));
  return id || decided == flow.tuple ? id : TakeKey(KeyOf(flow.tuple));
}

}  // namespace gw
