#include "admin-gui/views/device_pane.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "admin-gui/models/naming.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/label_chips.h"
#include "admin-gui/widgets/style.h"
#include "admin-gui/widgets/text_label.h"

namespace gw::gui {
namespace {
QString Q(const std::string& text) { return QString::fromStdString(text); }
}  // namespace

DevicePane::DevicePane(PolicySession& session, QWidget* parent)
    : QWidget(parent), session_(session) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kPaneMargin, kPaneMargin, kPaneMargin, kPaneMargin);
  column->setSpacing(kToolGap);
  title_ = new TextLabel(QString(), TextSize::kSection, Role::kText, this);
  fact_ = new TextLabel(QString(), TextSize::kBody, Role::kMuted, this);
  fact_->setWordWrap(true);
  name_ = new QLineEdit(this);
  name_->setAccessibleName(tr("Name of the device"));
  name_->setPlaceholderText(tr("printer-2nd-floor"));
  problem_ = new TextLabel(QString(), TextSize::kSmall, Role::kDeny, this);
  problem_->setWordWrap(true);
  problem_->hide();
  labels_ = new LabelChips(tr("Labels of the device"), this);
  labels_->SetCompletion([this](const QString& key) {
    std::vector<LabelUse> uses;
    for (const auto& [text, count] : LabelUsesOf(session_.model(), key.toStdString())) {
      uses.push_back({Q(text), count});
    }
    return uses;
  });
  note_ = new TextLabel(tr("Rules that name one of these labels then count for this address."),
                        TextSize::kSmall, Role::kMuted, this);
  note_->setWordWrap(true);
  put_ = PlainButton(tr("Name it"), this);
  column->addWidget(title_);
  column->addWidget(fact_);
  column->addSpacing(8);
  column->addWidget(new TextLabel(tr("Name"), TextSize::kSmall, Role::kMuted, this));
  column->addWidget(name_);
  column->addWidget(problem_);
  column->addSpacing(4);
  column->addWidget(new TextLabel(tr("Labels"), TextSize::kSmall, Role::kMuted, this));
  column->addWidget(labels_);
  column->addWidget(note_);
  column->addSpacing(4);
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(put_);
  buttons->addStretch(1);
  column->addLayout(buttons);
  column->addStretch(1);
  connect(name_, &QLineEdit::textEdited, this, &DevicePane::Judge);
  connect(name_, &QLineEdit::returnPressed, this, &DevicePane::PutSet);
  connect(put_, &QPushButton::clicked, this, &DevicePane::PutSet);
  connect(labels_, &LabelChips::labelsChanged, this, [this] {
    if (!device_.network_set.empty()) PutSet();
  });
}

void DevicePane::ShowDevice(const DeviceRow& device) {
  const bool other = device.address != device_.address || device.network_set != device_.network_set;
  device_ = device;
  const bool named = !device.network_set.empty();
  title_->setText(named ? Q(device.network_set) : Q(ToString(device.address)));
  QStringList facts;
  if (named) facts << Q(ToString(device.address));
  if (!device.mac.empty()) facts << Q(device.mac);
  if (!device.interface_name.empty()) facts << tr("on %1").arg(Q(device.interface_name));
  fact_->setText(facts.join(QStringLiteral(" · ")));
  put_->setVisible(!named);
  if (!other) return;
  name_->setText(Q(device.network_set));
  name_->setReadOnly(named);
  // Only its own set's: what other sets say of the address stays theirs.
  const auto own = session_.model().network_sets.find(device.network_set);
  const bool has_set = named && own != session_.model().network_sets.end();
  labels_->SetLabels(has_set ? own->second.metadata.labels : Labels());
  Judge();
}

void DevicePane::EditName() {
  name_->setFocus(Qt::ShortcutFocusReason);
  name_->selectAll();
}

void DevicePane::Judge() {
  const std::string name = name_->text().trimmed().toStdString();
  const QString problem =
      name.empty() ? QString()
                   : NameProblem(session_.model(),
                                 {ResourceKind::kGlobalNetworkSet, device_.network_set}, name);
  problem_->setText(problem);
  problem_->setVisible(!problem.isEmpty());
  name_->setProperty(kInvalidProperty, !problem.isEmpty());
  name_->update();
  put_->setEnabled(!name.empty() && problem.isEmpty());
}

void DevicePane::PutSet() {
  Judge();
  const std::string name = name_->text().trimmed().toStdString();
  if (name.empty() || !problem_->text().isEmpty()) return;
  NetworkSet set;
  if (const auto known = session_.model().network_sets.find(name);
      known != session_.model().network_sets.end()) {
    set = known->second;
  }
  set.metadata.name = name;
  set.metadata.labels = labels_->labels();
  set.nets = {Prefix::Of(device_.address)};
  session_.Put(device_.network_set.empty() ? tr("Name %1").arg(Q(name))
                                           : tr("Change labels of %1").arg(Q(name)),
               set);
}

}  // namespace gw::gui
