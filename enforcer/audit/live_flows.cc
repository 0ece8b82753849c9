#include "enforcer/audit/live_flows.h"

#include "absl/hash/hash.h"

#include "common/net/protocol.h"

namespace gw {
namespace {

uint64_t KeyOf(const Tuple& tuple) { return absl::HashOf(tuple); }

}  // namespace

void LiveFlows::Add(const Tuple& tuple, const Accepted& decision) {
  if (ids_.size() >= kMax) {
    const int64_t oldest = decision.id - static_cast<int64_t>(kMax / 2);
    const auto is_old = [oldest](const auto& one) { return one.second.id < oldest; };
    absl::erase_if(ids_, is_old);
    absl::erase_if(before_, is_old);
  }
  const uint64_t key = KeyOf(tuple);
  const auto [known, is_new] = ids_.try_emplace(key, Live{decision.id, decision.time_ns});
  if (is_new) return;
  if (!HasPorts(tuple.protocol)) {
    known->second.id = kSeveral;
  } else if (decision.again) {
    known->second.id = decision.id;
  } else {
    if (before_.size() < kMax) before_[key] = known->second;
    known->second = {decision.id, decision.time_ns};
  }
}

void LiveFlows::ForgetFrom(int64_t first_id) {
  const auto is_gone = [first_id](const auto& one) { return one.second.id >= first_id; };
  absl::erase_if(ids_, is_gone);
  absl::erase_if(before_, is_gone);
}

std::optional<int64_t> LiveFlows::TakeKey(uint64_t key, int64_t began_ns) {
  const auto found = ids_.find(key);
  if (found == ids_.end()) return std::nullopt;
  int64_t id = found->second.id;
  const auto before = before_.find(key);
  if (before != before_.end() && began_ns < found->second.since_ns) {
    id = before->second.id;
  } else {
    ids_.erase(found);
  }
  if (before != before_.end()) before_.erase(before);
  if (id == kSeveral) return std::nullopt;
  return id;
}

// Decisions are about the destination behind DNAT, those of preDNAT policies about the one before.
std::optional<int64_t> LiveFlows::Take(const EndedFlow& flow) {
  const int64_t began_ns = absl::ToUnixNanos(flow.end.time - flow.end.duration);
  Tuple decided = flow.tuple;
  decided.destination = flow.answered_by.address;
  decided.destination_port = flow.answered_by.port;
  const auto id = TakeKey(KeyOf(decided), began_ns);
  return id || decided == flow.tuple ? id : TakeKey(KeyOf(flow.tuple), began_ns);
}

}  // namespace gw
