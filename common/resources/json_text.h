// How JSON is written here, whoever reads it: command line, streams. Any thread.

#ifndef COMMON_RESOURCES_JSON_TEXT_H_
#define COMMON_RESOURCES_JSON_TEXT_H_

#include <string>

#include "absl/time/time.h"

#include "nlohmann/json.hpp"

namespace gw {

// On one line; bytes that are not UTF-8 become U+FFFD instead of an exception.
std::string JsonLine(const nlohmann::ordered_json& value);

// RFC 3339 with microseconds in UTC, for programs.
std::string JsonTimeText(absl::Time time);

}  // namespace gw

#endif  // COMMON_RESOURCES_JSON_TEXT_H_
