#include "admin-gui/views/start_page.h"

#include <algorithm>

#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListWidget>
#include <QPushButton>
#include <QSysInfo>
#include <QVBoxLayout>

#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/row_delegate.h"
#include "admin-gui/widgets/text_label.h"

namespace gw::gui {
namespace {

constexpr int kColumnWidth = 640;
constexpr int kIcon = 18;
constexpr int kStateWidth = 250;

enum ItemRole : int {
  kPath = Qt::UserRole,
  kState,   // QString
  kIsBad,   // bool
  kOpened,  // QDateTime
};

class GatewayDelegate : public RowDelegate {
 public:
  explicit GatewayDelegate(QObject* parent) : RowDelegate(kRowEndpoint, parent) {}

 protected:
  void PaintCell(QPainter* painter, const QRect& cell, const QStyleOptionViewItem& option,
                 const QModelIndex& index) const override {
    Q_UNUSED(option);
    const QRect rect = cell.adjusted(8, 0, -8, 0);
    const bool bad = index.data(kIsBad).toBool();
    Icons::Paint(painter, QRect(rect.x(), rect.y(), kIcon, rect.height()),
                 QStringLiteral("gateway"), bad ? Role::kMuted : Role::kAccent, kIcon);
    const QRect state(rect.right() + 1 - kStateWidth, rect.y(), kStateWidth, rect.height());
    const int x = rect.x() + kIcon + 14;
    PaintTwoLines(painter, QRect(x, rect.y(), state.x() - 12 - x, rect.height()),
                  index.data().toString(), index.data(kPath).toString());
    const QFont small = FontFor(TextSize::kSmall);
    const int line = QFontMetrics(small).height();
    const int top = rect.y() + (rect.height() - 2 * line - 2) / 2;
    const auto right = [&](const QString& text, int y, Role role) {
      const QString shown = QFontMetrics(small).elidedText(text, Qt::ElideRight, state.width());
      painter->setFont(small);
      painter->setPen(Theme::Color(role));
      painter->drawText(QRect(state.x(), y, state.width(), line), Qt::AlignRight, shown);
    };
    right(index.data(kState).toString(), top, bad ? Role::kWarn : Role::kText);
    const QDateTime opened = index.data(kOpened).toDateTime();
    if (opened.isValid()) {
      right(FormatTime(opened, QDateTime::currentDateTime()), top + line + 2, Role::kMuted);
    }
  }
};

// What stands in the list about a gateway; bad: it cannot be used as it is.
struct StateText {
  QString text;
  bool bad = false;
};

StateText StateOf(const Gateway& gateway) {
  using Kind = GatewayProblem::Kind;
  const auto& status = gateway.status();
  const auto revision = status ? static_cast<qint64>(status->revision) : 0;
  switch (gateway.problem().kind) {
    case Kind::kMissing:
      return {StartPage::tr("The file is not there"), true};
    case Kind::kDamaged:
      return {StartPage::tr("Damaged; it was left as it is"), true};
    case Kind::kNewer:
      return {StartPage::tr("Written by a newer version"), true};
    case Kind::kNotOurs:
      return {StartPage::tr("Not a Gatewarden database"), true};
    case Kind::kBusy:
      return {StartPage::tr("In use by another program"), true};
    case Kind::kReadOnly:
      return {StartPage::tr("May be looked at, not changed"), false};
    case Kind::kDiskFull:
    case Kind::kOlder:
    case Kind::kOther:
      return {gateway.problem().text, true};
    case Kind::kEnforcerAbsent:
      return {StartPage::tr("Revision %1, not enforced").arg(revision), false};
    default:
      break;
  }
  if (!status) return {};
  if (status->enforcer.state == EnforcerStatus::State::kRunning) {
    return {StartPage::tr("Enforcing revision %1")
                .arg(static_cast<qint64>(status->enforcer.last.revision)),
            false};
  }
  return {StartPage::tr("Revision %1").arg(revision), false};
}

}  // namespace

StartPage::StartPage(QWidget* parent) : QWidget(parent) {
  setBackgroundRole(QPalette::Base);
  auto* middle = new QWidget(this);
  middle->setFixedWidth(kColumnWidth);
  auto* column = new QVBoxLayout(middle);
  column->setContentsMargins(0, 64, 0, kContentMargin);
  column->setSpacing(kCardGap);
  auto* head = new QHBoxLayout;
  head->setSpacing(12);
  auto* mark = new QLabel(middle);
  mark->setPixmap(Icons::Pixmap(QStringLiteral("app"), Role::kText, 32, devicePixelRatioF()));
  head->addWidget(mark);
  head->addWidget(
      new TextLabel(QStringLiteral("Gatewarden"), TextSize::kTitle, Role::kText, middle));
  head->addStretch(1);
  column->addLayout(head);
  column->addWidget(new TextLabel(tr("Open a gateway"), TextSize::kSection, Role::kText, middle));
  list_ = new QListWidget(middle);
  list_->setAccessibleName(tr("Gateways"));
  list_->setItemDelegate(new GatewayDelegate(list_));
  RowDelegate::PrepareTable(list_);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->installEventFilter(this);
  column->addWidget(list_, 1);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(kToolGap);
  QPushButton* here = PrimaryButton(tr("Set up this gateway"), middle);
  QPushButton* open = PlainButton(tr("Open files…"), middle);
  buttons->addWidget(here);
  buttons->addWidget(open);
  buttons->addStretch(1);
  column->addLayout(buttons);
  auto* row = new QHBoxLayout(this);
  row->addStretch(1);
  row->addWidget(middle);
  row->addStretch(1);
  const QString system = QString::fromLatin1(kSystemPolicyPath);
  if (QFileInfo::exists(system)) here->setText(tr("Open this gateway"));
  connect(here, &QPushButton::clicked, this, [this, system] {
    Q_EMIT gatewayChosen({QSysInfo::machineHostName(), system, {}});
  });
  connect(open, &QPushButton::clicked, this, &StartPage::OpenFiles);
  connect(list_, &QListWidget::itemActivated, this,
          [this](QListWidgetItem* item) { Choose(list_->row(item)); });
  for (const RecentGateway& known : RecentGateways::List()) AddGateway(known);
  list_->setCurrentRow(0);
}

StartPage::~StartPage() = default;

void StartPage::AddGateway(const RecentGateway& recent) {
  auto gateway = std::make_unique<Gateway>(recent.files);
  auto* item = new QListWidgetItem(gateway->files().name, list_);
  item->setData(kPath, gateway->files().policy_path);
  item->setData(kOpened, recent.opened);
  const int row = list_->row(item);
  const Gateway* asked = gateway.get();
  const auto show = [this, asked] {
    const auto found = std::find_if(gateways_.begin(), gateways_.end(),
                                    [asked](const auto& known) { return known.get() == asked; });
    if (found != gateways_.end()) ShowState(*asked, static_cast<int>(found - gateways_.begin()));
  };
  connect(asked, &Gateway::statusChanged, this, show);
  connect(asked, &Gateway::problemChanged, this, show);
  gateways_.push_back(std::move(gateway));
  ShowState(*asked, row);
  gateways_.back()->Refresh();
}

void StartPage::ShowState(const Gateway& gateway, int row) {
  QListWidgetItem* item = list_->item(row);
  if (item == nullptr) return;
  const StateText state = StateOf(gateway);
  item->setData(kState, state.text);
  item->setData(kIsBad, state.bad);
  item->setData(Qt::AccessibleTextRole,
                QStringList({gateway.files().name, gateway.files().policy_path, state.text})
                    .join(QStringLiteral(", ")));
  item->setToolTip(gateway.problem().text);
}

void StartPage::OpenFiles() {
  const QString path = QFileDialog::getOpenFileName(this, tr("Open a policy database"), {},
                                                    tr("Policy databases (*.db);;All files (*)"));
  if (!path.isEmpty()) Q_EMIT gatewayChosen({{}, path, {}});
}

void StartPage::Choose(int row) {
  if (row < 0 || row >= static_cast<int>(gateways_.size())) return;
  const GatewayFiles files = gateways_[static_cast<size_t>(row)]->files();
  Q_EMIT gatewayChosen(files);
}

// Out of the list only; the files stay.
void StartPage::Forget(int row) {
  if (row < 0 || row >= static_cast<int>(gateways_.size())) return;
  const QString path = gateways_[static_cast<size_t>(row)]->files().policy_path;
  RecentGateways::Remove(path);
  delete list_->takeItem(row);
  gateways_.erase(gateways_.begin() + row);
}

bool StartPage::eventFilter(QObject* watched, QEvent* event) {
  if (watched == list_ && event->type() == QEvent::KeyPress &&
      static_cast<QKeyEvent*>(event)->key() == Qt::Key_Delete) {
    Forget(list_->currentRow());
    return true;
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace gw::gui
