#include "admin-gui/widgets/trace_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QTreeWidgetItemIterator>
#include <QVBoxLayout>

#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/text_label.h"
#include "admin-gui/widgets/trace_items.h"
#include "admin-gui/widgets/trace_words.h"

namespace gw::gui {
namespace {

using D = TraceDelegate;

constexpr int kIndent = 14;
// From this many neighbours on, policies that do not apply fold into one line.
constexpr size_t kFoldMin = 2;

void Dress(QTreeWidgetItem* item, const QString& subject, const QString& outcome,
           const TraceLook& look, int step) {
  item->setText(0, subject);
  item->setData(0, D::kStepRole, step);
  item->setData(0, D::kOutcomeRole, outcome);
  item->setData(0, D::kIconRole, look.icon);
  item->setData(0, D::kIconColourRole, static_cast<int>(look.icon_role));
  item->setData(0, D::kFillRole, static_cast<int>(look.fill));
  item->setData(0, D::kDecidedRole, look.decided);
  item->setData(0, D::kHeadingRole, look.heading);
  item->setData(0, Qt::AccessibleTextRole,
                outcome.isEmpty() ? subject : subject + QStringLiteral(": ") + outcome);
  item->setToolTip(0, outcome);
}

// Policies in a row, at the same depth, without rules below, that do not apply.
size_t FoldLength(const std::vector<TraceStep>& steps, size_t at) {
  size_t length = 0;
  while (at + length < steps.size()) {
    const TraceStep& step = steps[at + length];
    const bool folds = step.kind == TraceStep::Kind::kPolicy && step.depth == steps[at].depth &&
                       !LookOfStep(step).applies;
    if (!folds) break;
    ++length;
  }
  return length;
}

}  // namespace

TracePanel::TracePanel(QWidget* parent) : QWidget(parent), tree_(new QTreeWidget(this)) {
  setAccessibleName(tr("How it was decided"));
  auto* line = new QHBoxLayout;
  title_ = new TextLabel({}, TextSize::kBody, Role::kText, QFont::DemiBold, this);
  fact_ = new TextLabel({}, TextSize::kSmall, Role::kMuted, this);
  line->addWidget(title_);
  line->addStretch();
  line->addWidget(fact_);
  auto* copy = IconButton(QStringLiteral("copy"), tr("Copy as text"), this);
  line->addWidget(copy);
  connect(copy, &QToolButton::clicked, this,
          [this] { QApplication::clipboard()->setText(AsText()); });

  tree_->setAccessibleName(tr("Steps of the decision"));
  tree_->setHeaderHidden(true);
  tree_->setFrameShape(QFrame::NoFrame);
  tree_->setIndentation(kIndent);
  tree_->setItemDelegate(new TraceDelegate(tree_));
  tree_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  tree_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  tree_->setExpandsOnDoubleClick(false);
  tree_->viewport()->setAutoFillBackground(false);
  connect(tree_, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem* item) {
    const int step = item->data(0, D::kStepRole).toInt();
    if (step < 0) {
      item->setExpanded(!item->isExpanded());
    } else {
      Q_EMIT stepActivated(steps_[static_cast<size_t>(step)]);
    }
  });
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addLayout(line);
  column->addWidget(tree_, 1);
}

void TracePanel::Show(const QString& title, const QString& fact,
                      const std::vector<TraceStep>& steps) {
  title_->setText(title);
  fact_->setText(fact);
  steps_ = steps;
  Fill();
}

void TracePanel::Clear() { Show({}, {}, {}); }

void TracePanel::Fill() {
  tree_->clear();
  // The last item at each depth; a step hangs below the nearest shallower one.
  std::vector<std::pair<int, QTreeWidgetItem*>> path;
  for (size_t i = 0; i < steps_.size(); ++i) {
    const TraceStep& step = steps_[i];
    while (!path.empty() && path.back().first >= step.depth) path.pop_back();
    QTreeWidgetItem* parent = path.empty() ? tree_->invisibleRootItem() : path.back().second;
    const size_t fold = FoldLength(steps_, i);
    if (fold >= kFoldMin) {
      auto* folded = new QTreeWidgetItem(parent);
      Dress(folded, tr("%1 policies do not apply").arg(fold), {}, LookOfStep(step), -1);
      parent = folded;
    }
    for (size_t k = 0; k < std::max<size_t>(1, fold >= kFoldMin ? fold : 1); ++k) {
      const TraceStep& each = steps_[i + k];
      auto* item = new QTreeWidgetItem(parent);
      Dress(item, SubjectWords(each), OutcomeWords(each), LookOfStep(each),
            static_cast<int>(i + k));
      if (k == 0 && fold < kFoldMin) path.emplace_back(each.depth, item);
    }
    if (fold >= kFoldMin) i += fold - 1;
  }
  FitHeight();
}

// Rules of a policy that decided are open, those of the others closed.
void TracePanel::FitHeight() {
  tree_->collapseAll();
  for (QTreeWidgetItemIterator it(tree_); *it != nullptr; ++it) {
    const int step = (*it)->data(0, D::kStepRole).toInt();
    if (step < 0) continue;
    const TraceStep& what = steps_[static_cast<size_t>(step)];
    if (what.kind != TraceStep::Kind::kPolicy) (*it)->setExpanded(true);
    if (!what.decided) continue;
    for (QTreeWidgetItem* up = (*it)->parent(); up != nullptr; up = up->parent()) {
      up->setExpanded(true);
    }
  }
}

QString TracePanel::AsText() const {
  QString text = title_->text();
  if (!text.isEmpty()) text += QLatin1Char('\n');
  for (const TraceStep& step : steps_) {
    text += QString(2 * step.depth, QLatin1Char(' ')) + QString::fromStdString(step.subject);
    if (!step.outcome.empty()) text += QStringLiteral(": ") + QString::fromStdString(step.outcome);
    text += QLatin1Char('\n');
  }
  return text;
}

void TracePanel::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::FontChange) tree_->doItemsLayout();
}

}  // namespace gw::gui
