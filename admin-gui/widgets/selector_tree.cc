#include "admin-gui/widgets/selector_tree.h"

#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>

#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/paint.h"

namespace gw::gui {
namespace {

constexpr int kNodeRole = Qt::UserRole;
constexpr int kNearMissRole = Qt::UserRole + 1;
constexpr int kIndent = 18;

class PartDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    size.setHeight(RowHeight(26, FontFor(TextSize::kBody)));
    return size;
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    painter->save();
    if ((option.state & QStyle::State_Selected) != 0) {
      painter->fillRect(option.rect, Theme::Color(Role::kSelection));
    }
    const QRect rect = option.rect.adjusted(4, 0, -4, 0);
    const QString text = index.data().toString();
    if (index.data(kNearMissRole).toBool()) {
      PaintElided(painter, rect, text, Role::kWarn, FontFor(TextSize::kSmall, QFont::Medium));
    } else if (index.column() == 0) {
      PaintSelector(painter, rect, text);
    } else {
      painter->setFont(FontFor(TextSize::kBody, QFont::DemiBold));
      painter->setPen(Theme::Color(text == u"0" ? Role::kWarn : Role::kText));
      PaintTabular(painter, rect, Qt::AlignRight, text);
    }
    painter->restore();
  }
};

}  // namespace

SelectorTree::SelectorTree(const QString& name, QWidget* parent) : QTreeWidget(parent) {
  setAccessibleName(name);
  setColumnCount(2);
  setHeaderHidden(true);
  header()->setStretchLastSection(false);
  header()->setSectionResizeMode(0, QHeaderView::Stretch);
  header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
  setFrameShape(QFrame::NoFrame);
  setIndentation(kIndent);
  setRootIsDecorated(false);
  setItemDelegate(new PartDelegate(this));
  connect(this, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem* item) {
    const QVariant node = item->data(0, kNodeRole);
    if (node.isValid()) Q_EMIT partActivated(static_cast<size_t>(node.toULongLong()));
  });
}

void SelectorTree::Show(const Selector& selector, const CountPart& count) {
  clear();
  const auto& nodes = selector.nodes();
  if (nodes.empty()) return;
  // Operands stand before the nodes that use them, so parents come first when walked from the end.
  std::vector<QTreeWidgetItem*> items(nodes.size(), nullptr);
  items.back() = new QTreeWidgetItem(this);
  for (size_t i = nodes.size(); i-- > 0;) {
    QTreeWidgetItem* item = items[i];
    if (item == nullptr) continue;
    const Part part = count(selector, i);
    const QString text = QString::fromStdString(selector.NodeCanonical(i));
    item->setText(0, text);
    item->setText(1, FormatCount(part.count));
    item->setData(0, kNodeRole, static_cast<qulonglong>(i));
    item->setData(0, Qt::AccessibleTextRole, tr("%1, matches %2").arg(text, item->text(1)));
    item->setToolTip(0, part.members.join(QLatin1Char('\n')));
    for (const uint32_t operand : nodes[i].operands) items[operand] = new QTreeWidgetItem(item);
    for (const QString& near : part.near_misses) {
      auto* miss = new QTreeWidgetItem(item, {tr("Near miss: %1").arg(near)});
      miss->setData(0, kNearMissRole, true);
      miss->setFirstColumnSpanned(true);
    }
  }
  expandAll();
}

}  // namespace gw::gui
