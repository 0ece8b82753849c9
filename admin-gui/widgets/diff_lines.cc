// The lines of two texts, the longest common part kept.

#include <algorithm>

#include <QStringList>

#include "admin-gui/widgets/diff_view.h"

namespace gw::gui {
namespace {

// Above it the quadratic table would be felt; the middle then shows as replaced whole.
constexpr qsizetype kTableMax = 4'000'000;

class LineDiff {
 public:
  LineDiff(QStringList before, QStringList after)
      : before_(std::move(before)), after_(std::move(after)) {}

  std::vector<DiffLine> Lines() {
    qsizetype head = 0;
    const qsizetype shorter = std::min(before_.size(), after_.size());
    while (head < shorter && before_[head] == after_[head]) ++head;
    qsizetype tail = 0;
    while (tail < shorter - head &&
           before_[before_.size() - 1 - tail] == after_[after_.size() - 1 - tail]) {
      ++tail;
    }
    for (qsizetype i = 0; i < head; ++i) Add(DiffLine::Sign::kSame, after_[i]);
    Middle(head, before_.size() - tail, after_.size() - tail);
    for (qsizetype i = after_.size() - tail; i < after_.size(); ++i) {
      Add(DiffLine::Sign::kSame, after_[i]);
    }
    return std::move(lines_);
  }

 private:
  void Add(DiffLine::Sign sign, const QString& text) { lines_.push_back({sign, {}, text, {}}); }

  // [head, old_end) against [head, new_end) by the table of common lengths.
  void Middle(qsizetype head, qsizetype old_end, qsizetype new_end) {
    const qsizetype rows = old_end - head;
    const qsizetype columns = new_end - head;
    qsizetype i = 0;
    qsizetype k = 0;
    if (rows * columns <= kTableMax) {
      const auto width = static_cast<size_t>(columns + 1);
      std::vector<int> common(static_cast<size_t>(rows + 1) * width, 0);
      const auto at = [&](qsizetype row, qsizetype column) -> int& {
        return common[static_cast<size_t>(row) * width + static_cast<size_t>(column)];
      };
      for (qsizetype row = rows - 1; row >= 0; --row) {
        for (qsizetype column = columns - 1; column >= 0; --column) {
          at(row, column) = before_[head + row] == after_[head + column]
                                ? at(row + 1, column + 1) + 1
                                : std::max(at(row + 1, column), at(row, column + 1));
        }
      }
      while (i < rows && k < columns) {
        if (before_[head + i] == after_[head + k]) {
          Add(DiffLine::Sign::kSame, after_[head + k]);
          ++i;
          ++k;
        } else if (at(i + 1, k) >= at(i, k + 1)) {
          Add(DiffLine::Sign::kRemoved, before_[head + i++]);
        } else {
          Add(DiffLine::Sign::kAdded, after_[head + k++]);
        }
      }
    }
    while (i < rows) Add(DiffLine::Sign::kRemoved, before_[head + i++]);
    while (k < columns) Add(DiffLine::Sign::kAdded, after_[head + k++]);
  }

  QStringList before_;
  QStringList after_;
  std::vector<DiffLine> lines_;
};

QStringList LinesOf(const QString& text) {
  QStringList lines = text.split(QLatin1Char('\n'));
  if (lines.constLast().isEmpty()) lines.removeLast();
  return lines;
}

}  // namespace

std::vector<DiffLine> DiffOfTexts(const QString& before, const QString& after) {
  return LineDiff(LinesOf(before), LinesOf(after)).Lines();
}

}  // namespace gw::gui
