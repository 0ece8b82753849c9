#include "admin-gui/models/line_difference.h"

#include <algorithm>

namespace gw::gui {
namespace {

// lengths[i][j]: of the longest common subsequence of before from i and after from j.
std::vector<std::vector<int>> CommonLengths(const QStringList& before, const QStringList& after) {
  const size_t rows = static_cast<size_t>(before.size());
  const size_t columns = static_cast<size_t>(after.size());
  std::vector<std::vector<int>> lengths(rows + 1, std::vector<int>(columns + 1, 0));
  for (size_t i = rows; i-- > 0;) {
    for (size_t j = columns; j-- > 0;) {
      lengths[i][j] = before[static_cast<qsizetype>(i)] == after[static_cast<qsizetype>(j)]
                          ? lengths[i + 1][j + 1] + 1
                          : std::max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}

}  // namespace

std::vector<DifferenceLine> CompareLines(const QStringList& before, const QStringList& after) {
  using Sign = DifferenceLine::Sign;
  const auto lengths = CommonLengths(before, after);
  std::vector<DifferenceLine> lines;
  qsizetype i = 0;
  qsizetype j = 0;
  const auto remove = [&] {
    lines.push_back({Sign::kRemoved, static_cast<int>(i + 1), 0, before[i]});
    ++i;
  };
  const auto add = [&] {
    lines.push_back({Sign::kAdded, static_cast<int>(j + 1), 0, after[j]});
    ++j;
  };
  while (i < before.size() && j < after.size()) {
    if (before[i] == after[j]) {
      lines.push_back({Sign::kSame, static_cast<int>(j + 1), static_cast<int>(i + 1), after[j]});
      ++i;
      ++j;
    } else if (lengths[static_cast<size_t>(i) + 1][static_cast<size_t>(j)] >=
               lengths[static_cast<size_t>(i)][static_cast<size_t>(j) + 1]) {
      remove();
    } else {
      add();
    }
  }
  while (i < before.size()) remove();
  while (j < after.size()) add();
  return lines;
}

}  // namespace gw::gui
