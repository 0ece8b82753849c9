#include "admin-gui/views/network_set_pane.h"

#include <algorithm>
#include <set>
#include <utility>

#include <QApplication>
#include <QClipboard>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "admin-gui/models/naming.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/label_chips.h"
#include "admin-gui/widgets/row_delegate.h"
#include "admin-gui/widgets/style.h"
#include "admin-gui/widgets/text_label.h"

namespace gw::gui {
namespace {

constexpr size_t kUsersShown = 6;
constexpr int kLinkWidthMin = 80;

QString Q(const std::string& text) { return QString::fromStdString(text); }

class NetworkDelegate : public RowDelegate {
 public:
  explicit NetworkDelegate(QObject* parent) : RowDelegate(kRowCompact, parent) {}
};

}  // namespace

NetworkSetPane::NetworkSetPane(PolicySession& session, QWidget* parent)
    : QWidget(parent), session_(session) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kPaneMargin, kPaneMargin, kPaneMargin, kPaneMargin);
  column->setSpacing(kToolGap);
  const auto caption = [this, column](const QString& text) {
    column->addWidget(new TextLabel(text, TextSize::kSmall, Role::kMuted, this));
  };
  caption(tr("Name"));
  name_ = new QLineEdit(this);
  name_->setAccessibleName(tr("Name"));
  problem_ = new TextLabel(QString(), TextSize::kSmall, Role::kDeny, this);
  problem_->setWordWrap(true);
  problem_->hide();
  column->addWidget(name_);
  column->addWidget(problem_);
  caption(tr("Labels"));
  labels_ = new LabelChips(tr("Labels"), this);
  labels_->SetCompletion([this](const QString& key) {
    std::vector<LabelUse> uses;
    for (const auto& [text, count] : LabelUsesOf(session_.model(), key.toStdString())) {
      uses.push_back({Q(text), count});
    }
    return uses;
  });
  column->addWidget(labels_);
  column->addSpacing(6);
  MakeList(column);
  column->addSpacing(6);
  column->addWidget(new Line(Qt::Horizontal, this));
  column->addWidget(
      new TextLabel(tr("Used by"), TextSize::kBody, Role::kText, QFont::DemiBold, this));
  users_ = new QVBoxLayout;
  users_->setSpacing(4);
  column->addLayout(users_);
  connect(name_, &QLineEdit::editingFinished, this, &NetworkSetPane::PutName);
  connect(labels_, &LabelChips::labelsChanged, this, &NetworkSetPane::PutLabels);
}

void NetworkSetPane::MakeList(QVBoxLayout* column) {
  count_ = new TextLabel(QString(), TextSize::kBody, Role::kText, QFont::DemiBold, this);
  find_ = new QLineEdit(this);
  find_->setPlaceholderText(tr("Find a network, or the one that holds an address"));
  find_->setAccessibleName(tr("Find networks"));
  find_->setClearButtonEnabled(true);
  list_ = new QListView(this);
  list_->setAccessibleName(tr("Networks"));
  list_->setModel(&networks_);
  list_->setUniformItemSizes(true);
  list_->setItemDelegate(new NetworkDelegate(list_));
  RowDelegate::PrepareTable(list_);
  list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  list_->installEventFilter(this);
  add_ = new QLineEdit(this);
  add_->setPlaceholderText(tr("Add a network; paste many lines"));
  add_->setAccessibleName(tr("Add a network"));
  add_->installEventFilter(this);
  add_problem_ = new TextLabel(QString(), TextSize::kSmall, Role::kDeny, this);
  add_problem_->setWordWrap(true);
  add_problem_->hide();
  column->addWidget(count_);
  column->addWidget(find_);
  column->addWidget(list_, 1);
  column->addWidget(add_);
  column->addWidget(add_problem_);
  connect(find_, &QLineEdit::textChanged, &networks_, &NetworkListModel::SetFilter);
  connect(add_, &QLineEdit::returnPressed, this, &NetworkSetPane::AddNetwork);
  connect(add_, &QLineEdit::textEdited, add_problem_, &QWidget::hide);
}

void NetworkSetPane::ShowSet(const NetworkSetRow& row) {
  const bool other = row.name != row_.name;
  row_ = row;
  if (other || !name_->hasFocus()) {
    name_->setText(Q(row.name));
    problem_->hide();
    name_->setProperty(kInvalidProperty, false);
  }
  labels_->setAccessibleName(tr("Labels of %1").arg(Q(row.name)));
  if (labels_->labels() != row.labels) labels_->SetLabels(row.labels);
  if (other) {
    find_->clear();
    add_->clear();
    add_problem_->hide();
  }
  const auto set = session_.model().network_sets.find(row.name);
  if (set != session_.model().network_sets.end()) networks_.SetNetworks(set->second.nets);
  count_->setText(tr("%1 networks", nullptr, static_cast<int>(row.networks))
                      .arg(FormatCount(static_cast<qint64>(row.networks))));
  ShowUsers(row);
}

void NetworkSetPane::ShowUsers(const NetworkSetRow& row) {
  while (QLayoutItem* item = users_->takeAt(0)) {
    if (item->widget() != nullptr) item->widget()->deleteLater();
    delete item;
  }
  if (row.used_by.empty()) {
    users_->addWidget(new TextLabel(tr("No rule uses it"), TextSize::kBody, Role::kMuted, this));
    return;
  }
  const size_t shown = std::min(row.used_by.size(), kUsersShown);
  for (size_t i = 0; i < shown; ++i) {
    const ResourceKey key = row.used_by[i];
    QPushButton* link = LinkButton(Q(key.name), this);
    link->setToolTip(Q(key.name));
    link->setMinimumWidth(kLinkWidthMin);  // a long name elides
    users_->addWidget(link, 0, Qt::AlignLeft);
    connect(link, &QPushButton::clicked, this, [this, key] { Q_EMIT policyWanted(key); });
  }
  if (shown == row.used_by.size()) return;
  users_->addWidget(
      new TextLabel(tr("and %n more", nullptr, static_cast<int>(row.used_by.size() - shown)),
                    TextSize::kSmall, Role::kMuted, this));
}

void NetworkSetPane::EditLabels() { labels_->edit()->setFocus(Qt::ShortcutFocusReason); }

void NetworkSetPane::EditName() {
  name_->setFocus(Qt::ShortcutFocusReason);
  name_->selectAll();
}

// ---- editing ------------------------------------------------------------------------------------

template <typename Change>
void NetworkSetPane::Put(const QString& name, Change change) {
  const auto found = session_.model().network_sets.find(row_.name);
  if (found == session_.model().network_sets.end()) return;
  NetworkSet set = found->second;
  change(set);
  session_.Put(name, std::move(set));
}

void NetworkSetPane::PutName() {
  const ResourceKey key{ResourceKind::kGlobalNetworkSet, row_.name};
  const std::string wanted = name_->text().trimmed().toStdString();
  if (row_.name.empty() || wanted == row_.name) return;
  const QString problem = NameProblem(session_.model(), key, wanted);
  problem_->setText(problem);
  problem_->setVisible(!problem.isEmpty());
  name_->setProperty(kInvalidProperty, !problem.isEmpty());
  name_->update();
  if (!problem.isEmpty()) return;
  Q_EMIT renamed(Q(wanted));
  session_.Rename(tr("Rename %1 to %2").arg(Q(key.name), Q(wanted)), key, wanted);
}

void NetworkSetPane::PutLabels(const Labels& labels) {
  Put(tr("Change labels of %1").arg(Q(row_.name)),
      [&labels](NetworkSet& set) { set.metadata.labels = labels; });
}

void NetworkSetPane::AddNetwork() {
  const QString text = add_->text().trimmed();
  if (text.isEmpty()) return;
  const auto net = ParseNetwork(text.toStdString());
  if (!net.ok()) {
    add_problem_->setText(Q(std::string(net.status().message())));
    add_problem_->show();
    return;
  }
  const auto& known = networks_.networks();
  if (std::find(known.begin(), known.end(), *net) != known.end()) {
    add_problem_->setText(tr("%1 is there already.").arg(Q(ToString(*net))));
    add_problem_->show();
    return;
  }
  add_->clear();
  Put(tr("Add %1 to %2").arg(Q(ToString(*net)), Q(row_.name)), [&net](NetworkSet& set) {
    set.nets.insert(std::upper_bound(set.nets.begin(), set.nets.end(), *net), *net);
  });
}

void NetworkSetPane::RemoveSelected() {
  std::set<Prefix> gone;
  const QModelIndexList selected = list_->selectionModel()->selectedIndexes();
  for (const QModelIndex& index : selected) gone.insert(networks_.network(index.row()));
  if (gone.empty()) return;
  Put(tr("Remove %n network(s) from %1", nullptr, static_cast<int>(gone.size())).arg(Q(row_.name)),
      [&gone](NetworkSet& set) {
        std::erase_if(set.nets, [&gone](const Prefix& net) { return gone.contains(net); });
      });
}

bool NetworkSetPane::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
  const auto* key = static_cast<QKeyEvent*>(event);
  if (watched == list_ && key->key() == Qt::Key_Delete) {
    RemoveSelected();
    return true;
  }
  if (watched == add_ && key->matches(QKeySequence::Paste)) {
    const QString text = QApplication::clipboard()->text();
    if (text.trimmed().contains(u'\n')) {
      Q_EMIT manyPasted(text);
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace gw::gui
