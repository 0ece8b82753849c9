#include "enforcer/control/denial_accounts.h"

#include <algorithm>
#include <utility>

namespace gw {

std::vector<RepeatedDenial> DenialAccounts::Update(int64_t total,
                                                   absl::Span<const LearnedDenial> elements) {
  // Two packets at once may both have been the first of an element: one too many was told.
  const int64_t too_many = std::max<int64_t>(0, attributed_ - total);
  attributed_ -= too_many;
  owed_ += too_many;
  total_ = total;
  std::vector<RepeatedDenial> repeats;
  absl::flat_hash_map<Service, int64_t> now;
  now.reserve(elements.size());
  for (const LearnedDenial& element : elements) {
    const Service service = {element.in_index, element.protocol, element.destination, element.port};
    now[service] = element.packets;
    const auto before = counted_.find(service);
    // Fewer than before: the element timed out and was learned again. It begins with the packet
    // from which it was learned, which has a record of its own.
    const bool is_new = before == counted_.end() || before->second > element.packets;
    const int64_t counted =
        element.packets - (is_new ? std::min<int64_t>(1, element.packets) : before->second);
    attributed_ += counted;
    const int64_t less = std::min(owed_, counted);
    owed_ -= less;
    const int64_t packets = counted - less;
    if (packets == 0) continue;
    repeats.push_back(
        {element.in_index, element.protocol, element.destination, element.port, packets});
  }
  counted_ = std::move(now);
  return repeats;
}

int64_t DenialAccounts::TakeUnattributed() {
  const int64_t found = std::max<int64_t>(0, total_ - attributed_ - unattributed_taken_);
  unattributed_taken_ += found;
  return found;
}

}  // namespace gw
