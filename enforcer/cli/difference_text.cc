// The shortest edit script is found as in Myers, "An O(ND) Difference Algorithm and Its
// Variations" (1986): furthest[k] is the furthest line of `before` that can be reached on diagonal
// k (line before - line after) with so many edits; the way back through the saved states gives the
// script. Cost grows with the number of edits, not with the size of the texts.

#include "enforcer/cli/difference_text.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/resources/writer.h"
#include "enforcer/cli/output.h"

namespace gw::cli {
namespace {

// Saved states take about kEditsMax squared integers.
constexpr ptrdiff_t kEditsMax = 1500;
constexpr size_t kContextLines = 3;

struct Edit {
  char sign = ' ';  // ' ', '-', '+'
  absl::string_view line;
};

using Lines = std::vector<absl::string_view>;

Lines SplitLines(absl::string_view text) {
  if (text.empty()) return {};
  Lines lines = absl::StrSplit(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

// The part of two texts between their common beginning and end.
struct Middle {
  Lines before;
  Lines after;
};

std::vector<Edit> ReplaceAll(const Middle& middle) {
  std::vector<Edit> edits;
  for (const absl::string_view line : middle.before) edits.push_back({'-', line});
  for (const absl::string_view line : middle.after) edits.push_back({'+', line});
  return edits;
}

class ShortestEdits {
 public:
  explicit ShortestEdits(const Middle& middle)
      : before_(middle.before),
        after_(middle.after),
        before_size_(static_cast<ptrdiff_t>(before_.size())),
        after_size_(static_cast<ptrdiff_t>(after_.size())) {}

  // False if more than kEditsMax edits are needed.
  bool Find(std::vector<Edit>* edits) {
    const ptrdiff_t most = std::min(before_size_ + after_size_, kEditsMax);
    std::vector<ptrdiff_t> furthest(static_cast<size_t>(2 * most + 3), 0);
    for (ptrdiff_t count = 0; count <= most; ++count) {
      if (Extend(count, most + 1, &furthest)) {
        WalkBack(count, edits);
        return true;
      }
    }
    return false;
  }

 private:
  // Goes one edit further on every diagonal; true when the ends are reached.
  bool Extend(ptrdiff_t count, ptrdiff_t zero, std::vector<ptrdiff_t>* furthest) {
    auto at = [furthest, zero](ptrdiff_t diagonal) -> ptrdiff_t& {
      return (*furthest)[static_cast<size_t>(zero + diagonal)];
    };
    bool reached = false;
    for (ptrdiff_t diagonal = -count; diagonal <= count && !reached; diagonal += 2) {
      const bool down =
          diagonal == -count || (diagonal != count && at(diagonal - 1) < at(diagonal + 1));
      ptrdiff_t x = down ? at(diagonal + 1) : at(diagonal - 1) + 1;
      while (x < before_size_ && x - diagonal < after_size_ && Same(x, x - diagonal)) ++x;
      at(diagonal) = x;
      reached = x >= before_size_ && x - diagonal >= after_size_;
    }
    // Only the diagonals that this many edits can reach are of use on the way back.
    const auto first = furthest->begin() + (zero - count);
    states_.emplace_back(first, first + 2 * count + 1);
    return reached;
  }

  void WalkBack(ptrdiff_t count, std::vector<Edit>* edits) const {
    ptrdiff_t x = before_size_;
    ptrdiff_t y = after_size_;
    for (; count > 0; --count) {
      const std::vector<ptrdiff_t>& state = states_[static_cast<size_t>(count - 1)];
      auto at = [&state, count](ptrdiff_t diagonal) {
        return state[static_cast<size_t>(diagonal + count - 1)];
      };
      const ptrdiff_t diagonal = x - y;
      const bool down =
          diagonal == -count || (diagonal != count && at(diagonal - 1) < at(diagonal + 1));
      const ptrdiff_t from_x = at(down ? diagonal + 1 : diagonal - 1);
      const ptrdiff_t from_y = from_x - (down ? diagonal + 1 : diagonal - 1);
      const ptrdiff_t edit_x = down ? from_x : from_x + 1;
      for (; x > edit_x; --x, --y) edits->push_back({' ', before_[static_cast<size_t>(x - 1)]});
      edits->push_back(down ? Edit{'+', after_[static_cast<size_t>(from_y)]}
                            : Edit{'-', before_[static_cast<size_t>(from_x)]});
      x = from_x;
      y = from_y;
    }
    for (; x > 0; --x) edits->push_back({' ', before_[static_cast<size_t>(x - 1)]});
    std::reverse(edits->begin(), edits->end());
  }

  bool Same(ptrdiff_t x, ptrdiff_t y) const {
    return before_[static_cast<size_t>(x)] == after_[static_cast<size_t>(y)];
  }

  const Lines& before_;
  const Lines& after_;
  ptrdiff_t before_size_;
  ptrdiff_t after_size_;
  std::vector<std::vector<ptrdiff_t>> states_;  // after 0, 1, 2 … edits
};

std::vector<Edit> EditsOf(const Lines& before, const Lines& after) {
  const size_t shorter = std::min(before.size(), after.size());
  size_t head = 0;
  while (head < shorter && before[head] == after[head]) ++head;
  size_t tail = 0;
  while (tail < shorter - head &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
    ++tail;
  }
  auto cut = [head, tail](const Lines& lines) {
    return Lines(lines.begin() + static_cast<ptrdiff_t>(head),
                 lines.end() - static_cast<ptrdiff_t>(tail));
  };
  const Middle middle{cut(before), cut(after)};
  std::vector<Edit> changed;
  if (!ShortestEdits(middle).Find(&changed)) changed = ReplaceAll(middle);

  std::vector<Edit> edits;
  for (size_t i = 0; i < head; ++i) edits.push_back({' ', before[i]});
  edits.insert(edits.end(), changed.begin(), changed.end());
  for (size_t i = before.size() - tail; i < before.size(); ++i) edits.push_back({' ', before[i]});
  return edits;
}

// [begin, end) of the edits that one hunk shows.
struct Span {
  size_t begin = 0;
  size_t end = 0;
};

std::vector<Span> HunksOf(const std::vector<Edit>& edits) {
  std::vector<Span> hunks;
  for (size_t i = 0; i < edits.size(); ++i) {
    if (edits[i].sign == ' ') continue;
    const size_t begin = i < kContextLines ? 0 : i - kContextLines;
    const size_t end = std::min(edits.size(), i + 1 + kContextLines);
    if (!hunks.empty() && begin <= hunks.back().end) {
      hunks.back().end = end;
    } else {
      hunks.push_back({begin, end});
    }
  }
  return hunks;
}

// "LINE,COUNT" of diff -u: an empty range names the line before it.
std::string RangeText(size_t lines_before, size_t count) {
  return absl::StrCat(count == 0 ? lines_before : lines_before + 1, ",", count);
}

std::string ColouredLine(absl::string_view line, bool colour) {
  const std::string printable = Printable(line);
  if (!colour || line.empty()) return absl::StrCat(printable, "\n");
  const char* code = "";
  if (line.front() == '-') code = "31";
  if (line.front() == '+') code = "32";
  if (line.front() == '@') code = "36";
  if (*code == '\0') return absl::StrCat(printable, "\n");
  return absl::StrCat("\x1b[", code, "m", printable, "\x1b[0m\n");
}

std::string PathOf(const ResourceKey& key) {
  return absl::StrCat(KindName(key.kind), "/", key.name);
}

std::string YamlOf(const std::optional<Resource>& resource) {
  return resource ? ToYaml(*resource) : std::string();
}

}  // namespace

std::string UnifiedHunks(absl::string_view before, absl::string_view after) {
  const std::vector<Edit> edits = EditsOf(SplitLines(before), SplitLines(after));
  std::string text;
  size_t next = 0;
  size_t line_before = 0;
  size_t line_after = 0;
  for (const Span& hunk : HunksOf(edits)) {
    for (; next < hunk.begin; ++next) {
      ++line_before;
      ++line_after;
    }
    size_t count_before = 0;
    size_t count_after = 0;
    std::string body;
    for (; next < hunk.end; ++next) {
      count_before += edits[next].sign != '+';
      count_after += edits[next].sign != '-';
      absl::StrAppend(&body, std::string(1, edits[next].sign), edits[next].line, "\n");
    }
    absl::StrAppend(&text, "@@ -", RangeText(line_before, count_before), " +",
                    RangeText(line_after, count_after), " @@\n", body);
    line_before += count_before;
    line_after += count_after;
  }
  return text;
}

void PrintDifferences(const std::vector<ResourceDifference>& differences, bool colour,
                      std::ostream& out) {
  constexpr absl::string_view kNothing = "/dev/null";
  for (const ResourceDifference& difference : differences) {
    const std::string path = PathOf(difference.key);
    out << ColouredLine(absl::StrCat("--- ", difference.before ? path : kNothing), colour)
        << ColouredLine(absl::StrCat("+++ ", difference.after ? path : kNothing), colour);
    const std::string hunks = UnifiedHunks(YamlOf(difference.before), YamlOf(difference.after));
    for (const absl::string_view line : SplitLines(hunks)) {
      out << ColouredLine(line, colour);
    }
  }
}

}  // namespace gw::cli
