#include "admin-gui/views/endpoints_page.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QMouseEvent>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

#include "admin-gui/models/endpoint_words.h"
#include "admin-gui/models/naming.h"
#include "admin-gui/views/device_pane.h"
#include "admin-gui/views/endpoint_delegate.h"
#include "admin-gui/views/endpoint_pane.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/label_chips.h"
#include "admin-gui/widgets/scale.h"
#include "admin-gui/widgets/state_band.h"
#include "admin-gui/widgets/text_label.h"

namespace gw::gui {
namespace {

using Table = EndpointTableModel;
using Place = Destination::Place;

constexpr std::chrono::seconds kAskAgain{30};
constexpr size_t kSeenMax = 2000;
constexpr size_t kTrafficMax = 500;
constexpr int kFindWidth = 250;
constexpr int kNameWidth = 182;
constexpr int kAddressWidth = 182;
constexpr int kPoliciesWidth = 84;
constexpr int kTrafficWidth = 178;
constexpr int kLabelsWidthMin = 220;

QString Q(const std::string& text) { return QString::fromStdString(text); }

}  // namespace

EndpointsPage::EndpointsPage(Gateway& gateway, PolicySession& session, QWidget* parent)
    : Page(gateway, session, parent) {
  find_ = new QLineEdit(this);
  find_->setPlaceholderText(tr("Find name, label, address, MAC"));
  find_->setAccessibleName(tr("Find"));
  find_->setClearButtonEnabled(true);
  find_->addAction(Icons::Get(QStringLiteral("search")), QLineEdit::LeadingPosition);
  find_->setFixedWidth(Scaled(kFindWidth));
  find_->hide();
  new_ = PlainButton(tr("New endpoint"), this, QStringLiteral("plus"));
  new_->hide();
  content_ = new QStackedWidget(this);
  MakeTable();
  empty_ = new EmptyState(content_);
  empty_->Show(QStringLiteral("endpoints"), tr("No endpoints yet"),
               tr("Traffic passes without a decision until an interface has labels."),
               tr("Set up interfaces"));
  content_->addWidget(table_);
  content_->addWidget(empty_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(content_);
  MakePane();
  timer_ = new QTimer(this);
  timer_->setInterval(kAskAgain);
  // Many edits in a row are shown once.
  policy_timer_ = new QTimer(this);
  policy_timer_->setSingleShot(true);
  policy_timer_->setInterval(0);
  connect(timer_, &QTimer::timeout, this, &EndpointsPage::ReadAgain);
  connect(policy_timer_, &QTimer::timeout, this, &EndpointsPage::ShowPolicy);
  const auto soon = [this] { policy_timer_->start(); };
  connect(&session, &PolicySession::modelChanged, this, soon);
  connect(&session, &PolicySession::loadedChanged, this, soon);
  connect(&gateway, &Gateway::statusChanged, this, [this, soon] {
    const GatewayHost now = HostOf(this->gateway().status(), this->session().model(),
                                   QSysInfo::machineHostName().toStdString());
    if (!(now == model_.host())) soon();
  });
  connect(find_, &QLineEdit::textChanged, this, [this](const QString& text) {
    model_.SetFilter(text);
    ShowRows();
  });
  connect(new_, &QPushButton::clicked, this, &EndpointsPage::CreateNew);
  connect(empty_, &EmptyState::actionAsked, this, [this] { Q_EMIT goTo({Place::kFirstRun, {}}); });
  ShowPolicy();
}

void EndpointsPage::MakeTable() {
  table_ = new QTableView(content_);
  table_->setAccessibleName(tr("Endpoints and devices"));
  table_->setModel(&model_);
  table_->setItemDelegate(new EndpointDelegate(table_));
  RowDelegate::PrepareTable(table_);
  RowDelegate::IndentFirstColumn(table_);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  table_->setContextMenuPolicy(Qt::CustomContextMenu);
  table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  table_->verticalHeader()->setMinimumSectionSize(1);
  QHeaderView* header = table_->horizontalHeader();
  header->setSectionResizeMode(QHeaderView::Fixed);
  header->setSectionResizeMode(Table::kLabels, QHeaderView::Stretch);
  header->setSectionsClickable(true);
  header->setSortIndicatorShown(true);
  header->setSortIndicatorClearable(true);
  header->setSortIndicator(-1, Qt::AscendingOrder);
  header->resizeSection(Table::kName, Scaled(kNameWidth));
  header->resizeSection(Table::kAddress, Scaled(kAddressWidth));
  header->resizeSection(Table::kPolicies, Scaled(kPoliciesWidth));
  header->resizeSection(Table::kTraffic, Scaled(kTrafficWidth));
  table_->setSortingEnabled(true);
  table_->installEventFilter(this);
  table_->viewport()->installEventFilter(this);
  connect(&model_, &QAbstractItemModel::modelReset, this, &EndpointsPage::SetRowHeights);
  connect(&model_, &QAbstractItemModel::layoutChanged, this, &EndpointsPage::SetRowHeights);
  connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& current) {
            if (!current.isValid()) return;
            selected_ = current.data(Table::kIdentity).toString();
            ShowSelected();
          });
  connect(table_, &QTableView::customContextMenuRequested, this, &EndpointsPage::ShowMenu);
}

void EndpointsPage::MakePane() {
  pane_ = new QStackedWidget(this);
  pane_->hide();
  no_pane_ = new QWidget(pane_);
  auto* column = new QVBoxLayout(no_pane_);
  column->setContentsMargins(kPaneMargin, kPaneMargin, kPaneMargin, kPaneMargin);
  column->addWidget(
      new TextLabel(tr("Nothing is selected"), TextSize::kBody, Role::kMuted, no_pane_));
  column->addStretch(1);
  endpoint_pane_ = new EndpointPane(session(), pane_);
  device_pane_ = new DevicePane(session(), pane_);
  pane_->addWidget(no_pane_);
  pane_->addWidget(endpoint_pane_);
  pane_->addWidget(device_pane_);
  connect(endpoint_pane_, &EndpointPane::policyWanted, this, [this](const ResourceKey& policy) {
    Q_EMIT goTo(
        {Place::kPolicies,
         {{QStringLiteral("policy"), Q(policy.name)},
          {QStringLiteral("staged"), policy.kind == ResourceKind::kStagedGlobalNetworkPolicy}}});
  });
  connect(endpoint_pane_, &EndpointPane::renamed, this, [this](const ResourceKey& endpoint) {
    if (!selected_.startsWith(u"e/")) return;
    EndpointRow row;
    row.presence = EndpointRow::Presence::kAbsent;
    row.endpoint = endpoint;
    selected_ = Table::IdentityOf(row);
  });
}

QString EndpointsPage::subtitle() const {
  const QString checked = tr("%n checked", nullptr, model_.checked_count());
  const int unchecked = model_.unchecked_count();
  return unchecked == 0 ? checked : tr("%1, %n not checked", nullptr, unchecked).arg(checked);
}

QList<QWidget*> EndpointsPage::tools() const { return {find_, new_}; }

QWidget* EndpointsPage::detail() const {
  return content_->currentWidget() == empty_ ? nullptr : pane_;
}

// ---- what there is ------------------------------------------------------------------------------

void EndpointsPage::ShowPolicy() {
  model_.SetPolicy(session().model(), gateway().status());
  ShowRows();
}

void EndpointsPage::ShowFound(FoundNetwork found) {
  found_ = std::move(found);
  model_.SetFound(found_);
  ShowRows();
}

void EndpointsPage::ShowRows() {
  const bool empty = model_.endpoints().empty() && session().loaded();
  content_->setCurrentWidget(empty ? static_cast<QWidget*>(empty_) : table_);
  const int row = model_.RowOf(selected_);
  if (row >= 0 && row != table_->currentIndex().row()) {
    table_->selectRow(row);
  } else if (row < 0 && model_.rowCount() > 0) {
    Select(0);
  }
  ShowSelected();
  Q_EMIT headerChanged();
}

void EndpointsPage::ShowSelected() {
  const int row = model_.RowOf(selected_);
  if (const EndpointRow* endpoint = model_.endpoint(row)) {
    endpoint_pane_->ShowRow(*endpoint, model_.host());
    pane_->setCurrentWidget(endpoint_pane_);
  } else if (const DeviceRow* device = model_.device(row)) {
    device_pane_->ShowDevice(*device);
    pane_->setCurrentWidget(device_pane_);
  } else {
    pane_->setCurrentWidget(no_pane_);
  }
}

void EndpointsPage::Select(int row) {
  if (row < 0 || row >= model_.rowCount()) return;
  table_->selectRow(row);
  table_->scrollTo(model_.index(row, 0));
}

bool EndpointsPage::ReadAgain() {
  AskNetwork();
  AskTraffic();
  return true;
}

void EndpointsPage::AskNetwork() {
  using Found = std::pair<std::vector<HostInterface>, std::vector<Neighbour>>;
  network_call_.Cancel();
  network_call_ = gateway().Ask<Found>(
      this, Gateway::Lane::kQuick,
      [](Service& service, const CallContext& context) -> absl::StatusOr<Found> {
        auto interfaces = service.Interfaces(context);
        if (!interfaces.ok()) return interfaces.status();
        auto neighbours = service.Neighbours(context);
        if (!neighbours.ok()) return neighbours.status();
        return Found(*std::move(interfaces), *std::move(neighbours));
      },
      [this](absl::StatusOr<Found> answer) {
        if (!answer.ok()) return;  // the rows that are there stay
        found_.interfaces = std::move(answer->first);
        found_.neighbours = std::move(answer->second);
        model_.SetFound(found_);
        ShowRows();
      });
}

void EndpointsPage::AskTraffic() {
  using Tops = std::pair<std::vector<AuditTop>, std::vector<AuditTop>>;
  traffic_call_.Cancel();
  traffic_call_ = gateway().Ask<Tops>(
      this, Gateway::Lane::kLong,
      [](Service& service, const CallContext& context) -> absl::StatusOr<Tops> {
        AuditQuery week;
        week.since = absl::Now() - absl::Hours(24 * 7);
        auto seen = service.Top(context, week, {"src"}, kSeenMax);
        if (!seen.ok()) return seen.status();
        AuditQuery day;
        day.since = absl::Now() - absl::Hours(24);
        auto traffic = service.Top(context, day, {"endpoint"}, kTrafficMax);
        if (!traffic.ok()) return traffic.status();
        return Tops(std::move(seen->tops), std::move(traffic->tops));
      },
      [this](absl::StatusOr<Tops> answer) {
        if (!answer.ok()) return;  // no audit log: nothing was seen
        found_.seen = std::move(answer->first);
        found_.traffic = std::move(answer->second);
        model_.SetFound(found_);
        ShowRows();
      });
}

void EndpointsPage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  timer_->start();
  ReadAgain();
}

void EndpointsPage::hideEvent(QHideEvent* event) {
  timer_->stop();
  Page::hideEvent(event);
}

// ---- the table ----------------------------------------------------------------------------------

void EndpointsPage::SetRowHeights() {
  table_->clearSpans();
  for (int row = 0; row < model_.rowCount(); ++row) {
    table_->setRowHeight(row, EndpointDelegate::HeightOf(model_.index(row, 0)));
    if (model_.kind(row) == Table::RowKind::kHeading) {
      table_->setSpan(row, 0, 1, Table::kColumnCount);
    }
  }
}

void EndpointsPage::resizeEvent(QResizeEvent* event) {
  Page::resizeEvent(event);
  ArrangeColumns();
}

// What does not fit is hidden in the order of gui.md §4.3, never scrolled to.
void EndpointsPage::ArrangeColumns() {
  int left = width() - Scaled(kNameWidth) - Scaled(kLabelsWidthMin);
  for (const auto& [column, width] : {std::pair(Table::kAddress, Scaled(kAddressWidth)),
                                      std::pair(Table::kPolicies, Scaled(kPoliciesWidth)),
                                      std::pair(Table::kTraffic, Scaled(kTrafficWidth))}) {
    left -= width;
    table_->setColumnHidden(column, left < 0);
  }
}

void EndpointsPage::RunAction(int row) {
  Select(row);
  if (model_.device(row) != nullptr) {
    device_pane_->EditName();
  } else if (model_.endpoint(row) != nullptr) {
    endpoint_pane_->EditLabels();
  }
}

bool EndpointsPage::eventFilter(QObject* watched, QEvent* event) {
  if (watched == table_->viewport() && event->type() == QEvent::MouseButtonRelease) {
    const QPoint at = static_cast<QMouseEvent*>(event)->position().toPoint();
    const QModelIndex index = table_->indexAt(at);
    const bool hit = index.isValid() &&
                     EndpointDelegate::ActionRect(table_->visualRect(index), index).contains(at);
    if (hit) QTimer::singleShot(0, this, [this, row = index.row()] { RunAction(row); });
  }
  if (watched == table_ && event->type() == QEvent::KeyPress) {
    if (TableKey(static_cast<QKeyEvent*>(event))) return true;
  }
  return Page::eventFilter(watched, event);
}

bool EndpointsPage::TableKey(QKeyEvent* event) {
  const int row = table_->currentIndex().row();
  if (event->matches(QKeySequence::Copy)) {
    CopyRows();
    return true;
  }
  switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_F2:
      RunAction(row);
      return true;
    case Qt::Key_Delete:
      Delete(row);
      return true;
    case Qt::Key_Menu:
      ShowMenu(table_->visualRect(table_->currentIndex()).center());
      return true;
    default:
      return false;
  }
}

void EndpointsPage::CopyRows() {
  const int row = table_->currentIndex().row();
  QStringList cells;
  if (const EndpointRow* endpoint = model_.endpoint(row)) {
    QStringList addresses;
    for (const InterfaceAddress& address : endpoint->addresses) addresses << AddressWords(address);
    cells << Q(endpoint->name) << Q(endpoint->interface_name) << addresses.join(u' ')
          << Q(SelectorOf(endpoint->labels)) << QString::number(endpoint->policies);
  } else if (const DeviceRow* device = model_.device(row)) {
    cells << Q(device->network_set) << Q(device->interface_name) << Q(ToString(device->address))
          << Q(SelectorOf(device->labels)) << Q(device->mac);
  }
  if (!cells.isEmpty()) QApplication::clipboard()->setText(cells.join(u'\t'));
}

void EndpointsPage::ShowMenu(const QPoint& at) {
  const int row = table_->rowAt(at.y());
  if (row < 0 || model_.kind(row) == Table::RowKind::kHeading) return;
  Select(row);
  const EndpointRow* endpoint = model_.endpoint(row);
  const DeviceRow* device = model_.device(row);
  const std::string address = device != nullptr ? ToString(device->address)
                              : endpoint->addresses.empty()
                                  ? std::string()
                                  : ToString(endpoint->addresses[0].address);
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->addAction(device != nullptr ? tr("Name and label…") : tr("Edit labels"),
                  QKeySequence(Qt::Key_F2), this, [this, row] { RunAction(row); });
  if (endpoint != nullptr && endpoint->endpoint) {
    menu->addAction(tr("New policy for this"), this,
                    [this, copy = *endpoint] { AddPolicyFor(copy); });
  }
  menu->addSeparator();
  const QString query = device != nullptr
                            ? QStringLiteral("src == %1").arg(Q(address))
                            : QStringLiteral("interface == %1").arg(Q(endpoint->interface_name));
  menu->addAction(tr("Show in flow log"), this, [this, query] {
    Q_EMIT goTo({Place::kFlowLog, {{QStringLiteral("query"), query}}});
  });
  if (!address.empty()) {
    const QString text = Q(address);
    menu->addAction(tr("Simulate from here"), this, [this, text] {
      Q_EMIT goTo({Place::kSimulator, {{QStringLiteral("source"), text}}});
    });
    menu->addAction(tr("Simulate to here"), this, [this, text] {
      Q_EMIT goTo({Place::kSimulator, {{QStringLiteral("destination"), text}}});
    });
    menu->addAction(tr("Copy address"), this, [text] { QApplication::clipboard()->setText(text); });
  }
  if (endpoint != nullptr && endpoint->endpoint) {
    menu->addSeparator();
    menu->addAction(tr("Delete"), QKeySequence(QKeySequence::Delete), this,
                    [this, row] { Delete(row); });
  }
  menu->popup(table_->viewport()->mapToGlobal(at));
}

// ---- editing ------------------------------------------------------------------------------------

// The selected interface if nothing governs it, else the first of those, else all of the rest.
bool EndpointsPage::CreateNew() {
  const auto unchecked = [this](int row) {
    const EndpointRow* endpoint = model_.endpoint(row);
    return endpoint != nullptr && endpoint->governed == EndpointRow::Governed::kNone;
  };
  find_->clear();
  const int current = table_->currentIndex().row();
  if (unchecked(current)) return RunAction(current), true;
  for (int row = 0; row < model_.rowCount(); ++row) {
    if (unchecked(row)) return RunAction(row), true;
  }
  for (const EndpointRow& row : model_.endpoints()) {
    if (row.governed != EndpointRow::Governed::kByAny && !row.any_shadowed) continue;
    Q_EMIT announced(tr("Every interface has an endpoint."), false);
    return true;
  }
  HostEndpoint any;
  any.metadata.name = FreeName(session().model(), ResourceKind::kHostEndpoint, "all-interfaces");
  any.node = model_.host().node;
  any.interface_name = kAnyInterface;
  selected_ = QStringLiteral("e/%1/%2")
                  .arg(static_cast<int>(ResourceKind::kHostEndpoint))
                  .arg(Q(any.metadata.name));
  session().Put(tr("Add endpoint %1").arg(Q(any.metadata.name)), any);
  ShowPolicy();
  endpoint_pane_->EditLabels();
  return true;
}

void EndpointsPage::AddPolicyFor(const EndpointRow& row) {
  Policy policy;
  policy.staged = true;  // without rules it would deny all at once
  policy.metadata.name =
      FreeName(session().model(), ResourceKind::kStagedGlobalNetworkPolicy, row.name + "-policy");
  policy.selector = SelectorOf(EffectiveLabels(session().model(), *row.endpoint));
  session().Put(tr("Add policy %1").arg(Q(policy.metadata.name)), policy);
  Q_EMIT goTo({Place::kPolicies,
               {{QStringLiteral("policy"), Q(policy.metadata.name)},
                {QStringLiteral("staged"), true},
                {QStringLiteral("edit"), true}}});
}

QString EndpointsPage::Consequence(const EndpointRow& row) const {
  const QString interface = Q(row.interface_name);
  if (row.interface_name == kAnyInterface || row.governed == EndpointRow::Governed::kByAny) {
    return tr("Traffic through interfaces that no endpoint names will pass without a decision.");
  }
  if (row.governed == EndpointRow::Governed::kWorkload) {
    return tr("All traffic of %1 will be denied.").arg(interface);
  }
  if (row.any_shadowed) {
    return tr("%1 will be governed by the endpoint for all interfaces.").arg(interface);
  }
  return tr("Traffic through %1 will pass without a decision.").arg(interface);
}

void EndpointsPage::Delete(int row) {
  const EndpointRow* endpoint = model_.endpoint(row);
  if (endpoint == nullptr || !endpoint->endpoint) return;
  const ResourceKey key = *endpoint->endpoint;
  const QString said = tr("%1 deleted. %2").arg(Q(key.name), Consequence(*endpoint));
  session().Remove(tr("Delete %1").arg(Q(key.name)), key);
  Q_EMIT announced(said, true);
}

// ---- for the window -----------------------------------------------------------------------------

void EndpointsPage::Show(const QVariantMap& arguments) {
  const std::string name = arguments.value(QStringLiteral("name")).toString().toStdString();
  if (name.empty()) return;
  find_->clear();
  for (int row = 0; row < model_.rowCount(); ++row) {
    const EndpointRow* endpoint = model_.endpoint(row);
    const DeviceRow* device = model_.device(row);
    if ((endpoint != nullptr && (endpoint->name == name || endpoint->interface_name == name)) ||
        (device != nullptr && (device->network_set == name || ToString(device->address) == name))) {
      Select(row);
      return;
    }
  }
}

bool EndpointsPage::Find() {
  find_->setFocus(Qt::ShortcutFocusReason);
  find_->selectAll();
  return true;
}

bool EndpointsPage::Escape() {
  if (!find_->text().isEmpty()) {
    find_->clear();
    table_->setFocus();
    return true;
  }
  if (table_->hasFocus()) return false;
  table_->setFocus();
  return true;
}

QVariantMap EndpointsPage::SaveState() const { return {{QStringLiteral("selected"), selected_}}; }

void EndpointsPage::RestoreState(const QVariantMap& state) {
  selected_ = state.value(QStringLiteral("selected")).toString();
}

}  // namespace gw::gui
