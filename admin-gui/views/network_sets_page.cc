#include "admin-gui/views/network_sets_page.h"

#include <utility>

#include <QDateTime>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

#include "admin-gui/models/naming.h"
#include "admin-gui/views/network_import_pane.h"
#include "admin-gui/views/network_set_pane.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/row_delegate.h"
#include "admin-gui/widgets/state_band.h"

namespace gw::gui {
namespace {

using Place = Destination::Place;

constexpr size_t kRevisionsRead = 500;
constexpr int kFindWidth = 200;
constexpr int kNameWidth = 196;
constexpr int kNetworksWidth = 96;
constexpr int kUsedByWidth = 160;
constexpr int kChangedWidth = 142;
constexpr int kLabelsWidthMin = 160;
constexpr int kCellPadding = 8;

QString Q(const std::string& text) { return QString::fromStdString(text); }

class NetworkSetDelegate : public RowDelegate {
 public:
  explicit NetworkSetDelegate(QObject* parent) : RowDelegate(kRowDevice, parent) {}

 protected:
  void PaintCell(QPainter* painter, const QRect& rect, const QStyleOptionViewItem& option,
                 const QModelIndex& index) const override {
    switch (index.column()) {
      case NetworkSetModel::kName:
        PaintElided(painter, rect.adjusted(kContentMargin - kCellPadding, 0, 0, 0),
                    index.data().toString(), Role::kText,
                    FontFor(TextSize::kBody, QFont::DemiBold));
        return;
      case NetworkSetModel::kLabels: {
        std::vector<ChipText> chips;
        const QStringList labels = index.data(NetworkSetModel::kChips).toStringList();
        for (const QString& label : labels) {
          chips.push_back({label.section(u'=', 0, 0), QStringLiteral("="), label.section(u'=', 1)});
        }
        PaintChips(painter, rect, chips, IsSelected(option));
        return;
      }
      case NetworkSetModel::kUsedBy: {
        const bool used = index.data(NetworkSetModel::kUses).toInt() > 0;
        PaintElided(painter, rect, index.data().toString(), used ? Role::kText : Role::kMuted,
                    FontFor(TextSize::kBody));
        return;
      }
      case NetworkSetModel::kChanged: {
        const QVariant time = index.data(NetworkSetModel::kTime);
        if (!time.isValid()) return;
        painter->setPen(Theme::Color(Role::kMuted));
        PaintTabular(painter, rect.adjusted(0, 0, kCellPadding - kContentMargin, 0),
                     Qt::AlignRight | Qt::AlignVCenter,
                     FormatTime(QDateTime::fromMSecsSinceEpoch(time.toLongLong()),
                                QDateTime::currentDateTime()));
        return;
      }
      default:
        RowDelegate::PaintCell(painter, rect, option, index);
    }
  }
};

}  // namespace

NetworkSetsPage::NetworkSetsPage(Gateway& gateway, PolicySession& session, QWidget* parent)
    : Page(gateway, session, parent) {
  find_ = new QLineEdit(this);
  find_->setPlaceholderText(tr("Find name or label"));
  find_->setAccessibleName(tr("Find"));
  find_->setClearButtonEnabled(true);
  find_->addAction(Icons::Get(QStringLiteral("search")), QLineEdit::LeadingPosition);
  find_->setFixedWidth(kFindWidth);
  import_ = PlainButton(tr("Import list…"), this);
  new_ = PlainButton(tr("New set"), this, QStringLiteral("plus"));
  for (QWidget* tool : tools()) tool->hide();
  content_ = new QStackedWidget(this);
  MakeTable();
  empty_ = new EmptyState(content_);
  empty_->Show(QStringLiteral("netset"), tr("No network sets"),
               tr("Name networks or devices to use them in rules."), tr("New set"));
  content_->addWidget(table_);
  content_->addWidget(empty_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(content_);
  MakePane();
  sets_timer_ = new QTimer(this);
  sets_timer_->setSingleShot(true);
  sets_timer_->setInterval(0);
  connect(sets_timer_, &QTimer::timeout, this, &NetworkSetsPage::ShowSets);
  connect(&session, &PolicySession::modelChanged, sets_timer_, [this] { sets_timer_->start(); });
  connect(&session, &PolicySession::loadedChanged, sets_timer_, [this] { sets_timer_->start(); });
  connect(&gateway, &Gateway::revisionChanged, this, &NetworkSetsPage::AskHistory);
  connect(find_, &QLineEdit::textChanged, this, [this](const QString& text) {
    model_.SetFilter(text);
    ShowSelected();
  });
  connect(import_, &QPushButton::clicked, this, [this] { BeginImport({}); });
  connect(new_, &QPushButton::clicked, this, &NetworkSetsPage::CreateNew);
  connect(empty_, &EmptyState::actionAsked, this, &NetworkSetsPage::CreateNew);
  ShowSets();
}

void NetworkSetsPage::MakeTable() {
  table_ = new QTableView(content_);
  table_->setAccessibleName(tr("Network sets"));
  table_->setModel(&model_);
  table_->setItemDelegate(new NetworkSetDelegate(table_));
  RowDelegate::PrepareTable(table_);
  RowDelegate::IndentFirstColumn(table_);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  table_->setContextMenuPolicy(Qt::CustomContextMenu);
  // One height for all: many sets cost nothing.
  table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  table_->verticalHeader()->setDefaultSectionSize(RowHeight(kRowDevice, FontFor(TextSize::kBody)));
  QHeaderView* header = table_->horizontalHeader();
  header->setSectionResizeMode(QHeaderView::Fixed);
  header->setSectionResizeMode(NetworkSetModel::kLabels, QHeaderView::Stretch);
  header->resizeSection(NetworkSetModel::kName, kNameWidth);
  header->resizeSection(NetworkSetModel::kNetworks, kNetworksWidth);
  header->resizeSection(NetworkSetModel::kUsedBy, kUsedByWidth);
  header->resizeSection(NetworkSetModel::kChanged, kChangedWidth);
  header->setSectionsClickable(true);
  header->setSortIndicator(NetworkSetModel::kName, Qt::AscendingOrder);
  table_->setSortingEnabled(true);
  table_->installEventFilter(this);
  connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& current) {
            if (!current.isValid()) return;
            selected_ = model_.row(current.row()).name;
            ShowSelected();
          });
  connect(table_, &QTableView::customContextMenuRequested, this, &NetworkSetsPage::ShowMenu);
}

void NetworkSetsPage::MakePane() {
  pane_ = new QStackedWidget(this);
  pane_->hide();
  set_pane_ = new NetworkSetPane(session(), pane_);
  import_pane_ = new NetworkImportPane(session(), pane_);
  pane_->addWidget(set_pane_);
  pane_->addWidget(import_pane_);
  connect(set_pane_, &NetworkSetPane::renamed, this,
          [this](const QString& name) { selected_ = name.toStdString(); });
  connect(set_pane_, &NetworkSetPane::manyPasted, this, [this](const QString& text) {
    BeginImport(selected_);
    import_pane_->SetText(text, Q(selected_));
  });
  connect(set_pane_, &NetworkSetPane::policyWanted, this, [this](const ResourceKey& policy) {
    Q_EMIT goTo(
        {Place::kPolicies,
         {{QStringLiteral("policy"), Q(policy.name)},
          {QStringLiteral("staged"), policy.kind == ResourceKind::kStagedGlobalNetworkPolicy}}});
  });
  connect(import_pane_, &NetworkImportPane::finished, this, &NetworkSetsPage::FinishImport);
}

QString NetworkSetsPage::subtitle() const {
  size_t networks = 0;
  for (const NetworkSetRow& row : model_.rows()) networks += row.networks;
  return tr("%1 sets, %2 networks", nullptr, static_cast<int>(model_.rows().size()))
      .arg(FormatCount(static_cast<qint64>(model_.rows().size())),
           FormatCount(static_cast<qint64>(networks)));
}

QList<QWidget*> NetworkSetsPage::tools() const { return {find_, import_, new_}; }

QWidget* NetworkSetsPage::detail() const {
  return model_.rows().empty() && !importing_ ? nullptr : pane_;
}

void NetworkSetsPage::ShowSets() {
  model_.SetRows(NetworkSetRows(session().model(), changed_));
  const bool empty = model_.rows().empty() && session().loaded();
  content_->setCurrentWidget(empty ? static_cast<QWidget*>(empty_) : table_);
  const int row = model_.RowOf(selected_);
  if (row < 0) {
    Select(0);
  } else if (row != table_->currentIndex().row()) {
    Select(row);
  }
  ShowSelected();
  Q_EMIT headerChanged();
}

void NetworkSetsPage::ShowSelected() {
  const int row = model_.RowOf(selected_);
  if (row >= 0) set_pane_->ShowSet(model_.row(row));
  pane_->setCurrentWidget(importing_ ? static_cast<QWidget*>(import_pane_) : set_pane_);
}

void NetworkSetsPage::Select(int row) {
  if (row < 0 || row >= model_.rowCount()) return;
  table_->selectRow(row);
  table_->scrollTo(model_.index(row, 0));
}

void NetworkSetsPage::AskHistory() {
  history_call_.Cancel();
  history_call_ = gateway().Ask<std::vector<RevisionInfo>>(
      this, Gateway::Lane::kQuick,
      [](Service& service, const CallContext& context) {
        return service.History(context, kRevisionsRead, std::nullopt);
      },
      [this](absl::StatusOr<std::vector<RevisionInfo>> revisions) {
        if (!revisions.ok()) return;  // the times that are known stay
        changed_ = LastChanges(*revisions);
        ShowSets();
      });
}

void NetworkSetsPage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  AskHistory();
}

void NetworkSetsPage::resizeEvent(QResizeEvent* event) {
  Page::resizeEvent(event);
  int left = width() - kNameWidth - kLabelsWidthMin;
  for (const auto& [column, width] : {std::pair(NetworkSetModel::kNetworks, kNetworksWidth),
                                      std::pair(NetworkSetModel::kUsedBy, kUsedByWidth),
                                      std::pair(NetworkSetModel::kChanged, kChangedWidth)}) {
    left -= width;
    table_->setColumnHidden(column, left < 0);
  }
}

bool NetworkSetsPage::eventFilter(QObject* watched, QEvent* event) {
  if (watched == table_ && event->type() == QEvent::KeyPress) {
    switch (static_cast<QKeyEvent*>(event)->key()) {
      case Qt::Key_Delete:
        Delete();
        return true;
      case Qt::Key_F2:
        set_pane_->EditName();
        return true;
      case Qt::Key_Return:
      case Qt::Key_Enter:
        set_pane_->EditLabels();
        return true;
      default:
        break;
    }
  }
  return Page::eventFilter(watched, event);
}

void NetworkSetsPage::ShowMenu(const QPoint& at) {
  const int row = table_->rowAt(at.y());
  if (row < 0) return;
  Select(row);
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->addAction(tr("Edit labels"), set_pane_, &NetworkSetPane::EditLabels);
  menu->addAction(tr("Rename"), QKeySequence(Qt::Key_F2), set_pane_, &NetworkSetPane::EditName);
  menu->addAction(tr("Import list…"), this, [this] { BeginImport(selected_); });
  menu->addSeparator();
  menu->addAction(tr("Delete"), QKeySequence(QKeySequence::Delete), this, &NetworkSetsPage::Delete);
  menu->popup(table_->viewport()->mapToGlobal(at));
}

// ---- editing ------------------------------------------------------------------------------------

bool NetworkSetsPage::CreateNew() {
  NetworkSet set;
  set.metadata.name = FreeName(session().model(), ResourceKind::kGlobalNetworkSet, "new-set");
  selected_ = set.metadata.name;
  importing_ = false;
  find_->clear();
  session().Put(tr("Add network set %1").arg(Q(selected_)), set);
  ShowSets();
  set_pane_->EditName();
  return true;
}

void NetworkSetsPage::BeginImport(const std::string& set) {
  importing_ = true;
  import_pane_->Begin(set);
  ShowSelected();
  Q_EMIT headerChanged();
}

void NetworkSetsPage::FinishImport(const QString& set) {
  importing_ = false;
  if (!set.isEmpty()) selected_ = set.toStdString();
  ShowSets();
}

void NetworkSetsPage::Delete() {
  const int row = model_.RowOf(selected_);
  if (row < 0) return;
  const NetworkSetRow gone = model_.row(row);
  selected_ = model_.rowCount() == 1 ? std::string() : model_.row(row == 0 ? 1 : row - 1).name;
  session().Remove(tr("Delete %1").arg(Q(gone.name)), {ResourceKind::kGlobalNetworkSet, gone.name});
  const QString said = gone.used_by.empty()
                           ? tr("%1 deleted.").arg(Q(gone.name))
                           : tr("%1 deleted. %n policies no longer match its networks.", nullptr,
                                static_cast<int>(gone.used_by.size()))
                                 .arg(Q(gone.name));
  Q_EMIT announced(said, true);
}

// ---- for the window -----------------------------------------------------------------------------

void NetworkSetsPage::Show(const QVariantMap& arguments) {
  const std::string name = arguments.value(QStringLiteral("name")).toString().toStdString();
  if (name.empty()) return;
  find_->clear();
  Select(model_.RowOf(name));
}

bool NetworkSetsPage::Find() {
  find_->setFocus(Qt::ShortcutFocusReason);
  find_->selectAll();
  return true;
}

bool NetworkSetsPage::ReadAgain() {
  AskHistory();
  return true;
}

bool NetworkSetsPage::Escape() {
  if (importing_) {
    FinishImport({});
    return true;
  }
  if (find_->text().isEmpty()) return false;
  find_->clear();
  return true;
}

QVariantMap NetworkSetsPage::SaveState() const {
  return {{QStringLiteral("selected"), Q(selected_)}};
}

void NetworkSetsPage::RestoreState(const QVariantMap& state) {
  selected_ = state.value(QStringLiteral("selected")).toString().toStdString();
}

}  // namespace gw::gui
