#include "admin-gui/views/known_rows.h"

#include "admin-gui/views/chip_row.h"
#include "admin-gui/widgets/text_label.h"

namespace gw::gui {
namespace {

constexpr int kRowGap = 4;
constexpr int kObjectGap = 4;  // more than between a name and its labels

}  // namespace

KnownRows::KnownRows(const QString& name, QWidget* parent)
    : QWidget(parent), rows_(new QVBoxLayout(this)) {
  setAccessibleName(name);
  rows_->setContentsMargins(0, 0, 0, 0);
  rows_->setSpacing(kRowGap);
}

void KnownRows::Set(const std::vector<KnownObject>& objects) {
  while (QLayoutItem* item = rows_->takeAt(0)) {
    // Later: it may be the one whose label was chosen.
    if (item->widget() != nullptr) {
      item->widget()->hide();
      item->widget()->deleteLater();
    }
    delete item;
  }
  for (const KnownObject& object : objects) {
    if (rows_->count() > 0) rows_->addSpacing(kObjectGap);
    const QString name = QString::fromStdString(object.name);
    auto* title = new TextLabel(name, TextSize::kSmall, Role::kText, QFont::Medium, this);
    title->setWordWrap(true);
    title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    rows_->addWidget(title);
    if (object.labels.empty()) continue;
    auto* labels = new ChipRow(name, this);
    labels->SetLabels(object.labels);
    rows_->addWidget(labels);
    connect(labels, &ChipRow::chosen, this, &KnownRows::labelChosen);
  }
  updateGeometry();
}

}  // namespace gw::gui
