// SelectorTree: a selector line by line, each part with its count at the right, 0 in warn
// (gui.md §5.2).

#ifndef ADMIN_GUI_WIDGETS_SELECTOR_TREE_H_
#define ADMIN_GUI_WIDGETS_SELECTOR_TREE_H_

#include <functional>

#include <QString>
#include <QStringList>
#include <QTreeWidget>

#include "common/policy/selector.h"

namespace gw::gui {

class SelectorTree : public QTreeWidget {
  Q_OBJECT

 public:
  struct Part {
    qint64 count = 0;
    QStringList members;      // at most 10, for the tooltip
    QStringList near_misses;  // "1 address has role = 'Printer'"
  };
  // Asked once for each node of the selector (an index of Selector::nodes()).
  using CountPart = std::function<Part(const Selector& selector, size_t node)>;

  explicit SelectorTree(const QString& name, QWidget* parent = nullptr);

  void Show(const Selector& selector, const CountPart& count);

 Q_SIGNALS:
  void partActivated(size_t node);  // the user wants its members listed
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_SELECTOR_TREE_H_
