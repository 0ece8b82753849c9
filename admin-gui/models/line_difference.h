// LineDifference: two lists of sentences side by side, as a reader compares them: what went, what
// came, what stayed and where it was. Pure; any thread.

#ifndef ADMIN_GUI_MODELS_LINE_DIFFERENCE_H_
#define ADMIN_GUI_MODELS_LINE_DIFFERENCE_H_

#include <vector>

#include <QString>
#include <QStringList>

namespace gw::gui {

struct DifferenceLine {
  enum class Sign : uint8_t { kSame, kRemoved, kAdded };
  Sign sign = Sign::kSame;
  int number = 0;  // from 1: in `after`, or in `before` for removed lines
  int was = 0;     // kSame: its number in `before`
  QString text;

  friend bool operator==(const DifferenceLine&, const DifferenceLine&) = default;
};

// In the order of `after`, removed lines where they stood. A line that occurs in both is the same
// line, moved or not, if the order of the others is kept (longest common subsequence).
std::vector<DifferenceLine> CompareLines(const QStringList& before, const QStringList& after);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_LINE_DIFFERENCE_H_
