// What Calico's resources can say that this product does not do, each with the reason, so that it
// is refused by name and never ignored silently.

#ifndef COMMON_RESOURCES_UNSUPPORTED_H_
#define COMMON_RESOURCES_UNSUPPORTED_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/resources/field_reader.h"

namespace gw {

// Why a kind of Calico's is not one of ours; nothing if it is not Calico's.
std::optional<absl::string_view> WhyUnsupportedKind(absl::string_view kind);

absl::Span<const UnsupportedField> UnsupportedInMetadata();
absl::Span<const UnsupportedField> UnsupportedInHostEndpoint();
absl::Span<const UnsupportedField> UnsupportedInWorkloadEndpoint();
absl::Span<const UnsupportedField> UnsupportedInEndpointPort();
absl::Span<const UnsupportedField> UnsupportedInPolicy();
absl::Span<const UnsupportedField> UnsupportedInRule();
absl::Span<const UnsupportedField> UnsupportedInEntityRule();
absl::Span<const UnsupportedField> UnsupportedInNetworkSet();

// Fields that a server adds to what it returns; they say nothing about the policy.
absl::Span<const absl::string_view> ServerSetInMetadata();
absl::Span<const absl::string_view> ServerSetInResource();

}  // namespace gw

#endif  // COMMON_RESOURCES_UNSUPPORTED_H_
