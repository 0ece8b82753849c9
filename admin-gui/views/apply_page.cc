#include "admin-gui/views/apply_page.h"

#include "absl/time/clock.h"
#include <QDateTime>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QSaveFile>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "admin-gui/views/change_lines.h"
#include "admin-gui/views/conflict_view.h"
#include "admin-gui/views/impact_tiles.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/card.h"
#include "admin-gui/widgets/diff_view.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/row_delegate.h"
#include "admin-gui/widgets/scale.h"
#include "admin-gui/widgets/state_band.h"
#include "admin-gui/widgets/text_label.h"
#include "common/resources/writer.h"

namespace gw::gui {
namespace {

constexpr int kChangesWidth = 500;
constexpr int kChangesShareMax = 47;  // percent
constexpr int kGroupsWithLastSeen = 520;
constexpr int kGroupsWithDecider = 420;
constexpr int kFootHeight = 56;
constexpr int kReasonMax = 200;
constexpr absl::Duration kLookBack = absl::Hours(7 * 24);

enum ChangeRole : int { kKind = Qt::UserRole, kSummary, kIndex };

struct ChangeLook {
  QString icon;
  QString words;
  Role strong = Role::kAccent;
  Role soft = Role::kAccentSoft;
};

ChangeLook LookOf(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kNew:
      return {QStringLiteral("plus"), ApplyPage::tr("New"), Role::kAccent, Role::kAccentSoft};
    case ChangeKind::kEdited:
      return {QStringLiteral("edit"), ApplyPage::tr("Edited"), Role::kAccent, Role::kAccentSoft};
    case ChangeKind::kDeleted:
      return {QStringLiteral("close"), ApplyPage::tr("Deleted"), Role::kDeny, Role::kDenySoft};
  }
  return {};
}

// Badge, title, and what it is in a few words.
class ChangeDelegate : public RowDelegate {
 public:
  explicit ChangeDelegate(QObject* parent) : RowDelegate(kRowEndpoint, parent) {}

 protected:
  void PaintCell(QPainter* painter, const QRect& rect, const QStyleOptionViewItem& option,
                 const QModelIndex& index) const override {
    const ChangeLook look = LookOf(static_cast<ChangeKind>(index.data(kKind).toInt()));
    PaintBadge(painter, QRect(rect.left() + 4, rect.top(), 92, rect.height()), look.icon,
               look.words, look.strong, look.soft, IsSelected(option));
    PaintTwoLines(painter, rect.adjusted(104, 0, 0, 0), index.data().toString(),
                  index.data(kSummary).toString());
  }
};

// Times and verdict marks of the groups that differ.
class GroupDelegate : public RowDelegate {
 public:
  explicit GroupDelegate(QObject* parent) : RowDelegate(kRowCompact, parent) {}

 protected:
  void PaintCell(QPainter* painter, const QRect& rect, const QStyleOptionViewItem& option,
                 const QModelIndex& index) const override {
    const bool denied = index.data(ImpactModel::kNewlyDenied).toBool();
    switch (index.column()) {
      case ImpactModel::kSource:
        Icons::Paint(painter, QRect(rect.left(), rect.top(), 16, rect.height()),
                     denied ? QStringLiteral("deny") : QStringLiteral("allow"),
                     denied ? Role::kDeny : Role::kAllow, 16);
        PaintElided(painter, rect.adjusted(24, 0, 0, 0), index.data().toString(), Role::kText,
                    FontFor(TextSize::kBody, QFont::Medium));
        return;
      case ImpactModel::kLastSeen:
        painter->setFont(FontFor(TextSize::kSmall));
        painter->setPen(Theme::Color(Role::kMuted));
        PaintTabular(painter, rect, Qt::AlignRight | Qt::AlignVCenter,
                     FormatTime(index.data().toDateTime(), QDateTime::currentDateTime()));
        return;
      default:
        RowDelegate::PaintCell(painter, rect, option, index);
    }
  }
};

QVBoxLayout* Column(QWidget* widget, int margin) {
  auto* column = new QVBoxLayout(widget);
  column->setContentsMargins(margin, 20, margin, 20);
  column->setSpacing(kCardGap);
  return column;
}

}  // namespace

ApplyPage::ApplyPage(Gateway& gateway, PolicySession& session, QWidget* parent)
    : Page(gateway, session, parent), impact_(session) {
  auto* middle = new QHBoxLayout;
  middle->setSpacing(0);
  middle->addWidget(MakeChanges());
  middle->addWidget(new Line(Qt::Vertical, this));
  middle->addWidget(MakeEffect(), 1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  refused_ = new StateBand(this);
  refused_->Clear();
  column->addWidget(refused_);
  column->addLayout(middle, 1);
  column->addWidget(new Line(Qt::Horizontal, this));
  column->addWidget(MakeFoot());
  connect(&this->session(), &PolicySession::modelChanged, this, [this] {
    if (isVisible()) ShowChanges();
  });
  connect(&this->session(), &PolicySession::conflictFound, this, &ApplyPage::ShowConflict);
  connect(&this->session(), &PolicySession::applied, this, [this] { ShowOutcome(); });
  connect(
      &this->session(), &PolicySession::applyRefused, this,
      [this](const QString& message, const std::vector<Problem>& problems) {
        QString text = tr("Nothing was applied. %1").arg(message);
        if (!problems.empty()) {
          text =
              tr("Nothing was applied. %1").arg(QString::fromStdString(ToString(problems.front())));
        }
        refused_->Show(StateBand::Kind::kError, text);
        ShowOutcome();
      });
  connect(&impact_, &ImpactModel::progressed, this, &ApplyPage::ShowImpact);
}

QWidget* ApplyPage::MakeChanges() {
  auto* side = new QWidget(this);
  changes_side_ = side;
  QVBoxLayout* column = Column(side, kContentMargin);
  auto* head = new QHBoxLayout;
  head->addWidget(
      new TextLabel(tr("What changes"), TextSize::kBody, Role::kText, QFont::DemiBold, side));
  head->addStretch(1);
  count_ = new TextLabel(QString(), TextSize::kSmall, Role::kMuted, side);
  head->addWidget(count_);
  column->addLayout(head);
  changes_ = new QListWidget(side);
  changes_->setAccessibleName(tr("Changes"));
  changes_->setItemDelegate(new ChangeDelegate(changes_));
  changes_->setContextMenuPolicy(Qt::ActionsContextMenu);
  RowDelegate::PrepareTable(changes_);
  changes_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* take_back = new QAction(tr("Take back this change"), changes_);
  changes_->addAction(take_back);
  column->addWidget(changes_, 2);
  column->addWidget(new Line(Qt::Horizontal, side));
  diff_ = new DiffView(side);
  column->addWidget(diff_, 3);
  connect(take_back, &QAction::triggered, this, &ApplyPage::TakeBackSelected);
  connect(changes_, &QListWidget::currentRowChanged, this, [this](int row) {
    const auto differences = this->session().Differences();
    if (row < 0 || row >= static_cast<int>(differences.size())) return;
    const ResourceDifference& difference = differences[static_cast<size_t>(row)];
    diff_->Show(QString(),
                LinesInWords(this->session().base(), this->session().model(), difference),
                LinesInYaml(difference));
  });
  return side;
}

QWidget* ApplyPage::MakeEffect() {
  right_ = new QStackedWidget(this);
  auto* effect = new QWidget(right_);
  QVBoxLayout* column = Column(effect, kContentMargin);
  impact_card_ = new Card(tr("What recorded traffic would get"), QString(), effect);
  tiles_ = new ImpactTiles(impact_card_);
  impact_card_->body()->addWidget(tiles_);
  groups_ = new QTableView(impact_card_);
  groups_->setAccessibleName(tr("Flows that would be decided differently"));
  groups_->setModel(&impact_);
  groups_->setItemDelegate(new GroupDelegate(groups_));
  RowDelegate::PrepareTable(groups_);
  groups_->verticalHeader()->hide();
  QHeaderView* header = groups_->horizontalHeader();
  header->setSectionResizeMode(QHeaderView::Stretch);
  for (const auto& [section, width] :
       {std::pair{ImpactModel::kService, 84}, std::pair{ImpactModel::kFlows, 72},
        std::pair{ImpactModel::kLastSeen, 104}}) {
    header->setSectionResizeMode(section, QHeaderView::Fixed);
    header->resizeSection(section, width);
  }
  groups_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  impact_card_->body()->addWidget(groups_, 1);
  auto* note = new QHBoxLayout;
  impact_note_ = new TextLabel(QString(), TextSize::kBody, Role::kMuted, impact_card_);
  impact_note_->setWordWrap(true);
  note->addWidget(impact_note_, 1);
  stop_ = LinkButton(tr("Stop"), impact_card_);
  note->addWidget(stop_);
  impact_card_->body()->addLayout(note);
  column->addWidget(impact_card_, 1);
  auto* why = new QHBoxLayout;
  why->setSpacing(kLabelGap);
  why->addWidget(new TextLabel(tr("Why"), TextSize::kBody, Role::kMuted, effect));
  why_ = new QLineEdit(effect);
  why_->setAccessibleName(tr("Why, for the history"));
  why_->setMaxLength(kReasonMax);
  why_->setPlaceholderText(tr("Optional, shown in the history"));
  why->addWidget(why_, 1);
  column->addLayout(why);
  right_->addWidget(effect);
  auto* conflict = new QWidget(right_);
  conflict_ = new ConflictView(conflict);
  Column(conflict, kContentMargin)->addWidget(conflict_);
  right_->addWidget(conflict);
  connect(stop_, &QPushButton::clicked, &impact_, &ImpactModel::Stop);
  connect(conflict_, &ConflictView::decided, this, [this](const std::vector<ResourceKey>& theirs) {
    session().ContinueOnNewer(theirs);
    ShowOutcome();
    ShowChanges();
  });
  return right_;
}

QWidget* ApplyPage::MakeFoot() {
  auto* foot = new QWidget(this);
  foot->setFixedHeight(kFootHeight);
  auto* row = new QHBoxLayout(foot);
  row->setContentsMargins(kContentMargin, 0, 20, 0);
  row->setSpacing(kToolGap);
  QPushButton* back = PlainButton(tr("Back to editing"), foot);
  QPushButton* save = QuietButton(tr("Save as YAML…"), foot);
  writes_ = new TextLabel(QString(), TextSize::kSmall, Role::kMuted, foot);
  writes_->SetShrinking();
  apply_ = PrimaryButton(tr("Apply"), foot);
  row->addWidget(back);
  row->addWidget(save);
  row->addStretch(1);
  row->addWidget(writes_);
  row->addSpacing(8);
  row->addWidget(apply_);
  connect(back, &QPushButton::clicked, this, [this] {
    Q_EMIT goTo({Destination::Place::kPolicies, {}});
  });
  connect(save, &QPushButton::clicked, this, &ApplyPage::SaveAsYaml);
  connect(apply_, &QPushButton::clicked, this, [this] {
    refused_->Clear();
    apply_->setEnabled(false);
    session().Apply(why_->text().trimmed());
  });
  return foot;
}

void ApplyPage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  refused_->Clear();
  if (why_->text().isEmpty()) why_->setText(session().ProposedReason().left(kReasonMax));
  ShowChanges();
  ShowOutcome();
  if (session().conflict()) ShowConflict();
}

void ApplyPage::resizeEvent(QResizeEvent* event) {
  Page::resizeEvent(event);
  const int changes = std::min(Scaled(kChangesWidth), width() * kChangesShareMax / 100);
  changes_side_->setFixedWidth(changes);
  // What does not fit beside who talks to whom.
  const int groups = width() - changes - 2 * kContentMargin - 2 * kCardPadding;
  groups_->setColumnHidden(ImpactModel::kLastSeen, groups < kGroupsWithLastSeen);
  groups_->setColumnHidden(ImpactModel::kDecidedBy, groups < kGroupsWithDecider);
}

bool ApplyPage::Escape() {
  if (impact_.state() != ImpactModel::State::kRunning) return false;
  impact_.Stop();
  return true;
}

bool ApplyPage::Finish() {
  apply_->click();
  return true;
}

void ApplyPage::ShowChanges() {
  const auto differences = session().Differences();
  const int row = changes_->currentRow();
  changes_->clear();
  for (const ResourceDifference& difference : differences) {
    auto* item = new QListWidgetItem(ChangeTitle(difference.key), changes_);
    item->setData(kKind, static_cast<int>(KindOfChange(difference)));
    item->setData(kSummary, ChangeSummary(difference));
    item->setData(Qt::AccessibleTextRole, LookOf(KindOfChange(difference)).words +
                                              QLatin1Char(' ') + item->text() +
                                              QStringLiteral(", ") + ChangeSummary(difference));
  }
  const int count = static_cast<int>(differences.size());
  changes_->setCurrentRow(std::clamp(row, 0, std::max(0, count - 1)));
  const auto base = static_cast<qint64>(session().base_revision());
  count_->setText(tr("%n change(s) since revision %1", nullptr, count).arg(base));
  writes_->setText(
      tr("Writes revision %1. Live flows are decided again at their next packet.").arg(base + 1));
  writes_->setToolTip(writes_->text());
  const size_t drafts = session().field_drafts().size();
  apply_->setText(tr("Apply %n change(s)", nullptr, count));
  apply_->setEnabled(count > 0 && drafts == 0 && !session().applying());
  if (drafts > 0) {
    const FieldDraft& draft = session().field_drafts().front();
    refused_->Show(StateBand::Kind::kWarn,
                   tr("%1: %2").arg(ChangeTitle(draft.resource), draft.message));
  }
  if (count > 0) impact_.Run(absl::Now() - kLookBack);
}

void ApplyPage::ShowImpact() {
  const ImpactResult& result = impact_.result();
  tiles_->Show(result);
  const bool running = impact_.state() == ImpactModel::State::kRunning;
  stop_->setVisible(running);
  groups_->setVisible(!result.groups.empty());
  impact_card_->SetFact(
      running || !result.complete
          ? tr("Last 7 days · %1 of %2 flows")
                .arg(FormatCount(result.looked_at), FormatCount(result.total))
          : tr("Last 7 days · %1 flows decided again").arg(FormatCount(result.looked_at)));
  QString note;
  if (impact_.state() == ImpactModel::State::kFailed) {
    note = impact_.error();
  } else if (running) {
    note = tr("Deciding again…");
  } else if (result.looked_at == 0) {
    note = tr("There is no recorded flow to try this on.");
  } else if (result.groups.empty()) {
    note = tr("No recorded flow would be decided differently.");
  } else if (result.groups_omitted_flows > 0) {
    note = tr("%1 more flows differ and are not listed.")
               .arg(FormatCount(result.groups_omitted_flows));
  }
  impact_note_->setText(note);
  impact_note_->setVisible(!note.isEmpty());
}

void ApplyPage::ShowOutcome() {
  right_->setCurrentIndex(session().conflict() ? 1 : 0);
  apply_->setEnabled(!session().conflict() && session().change_count() > 0 &&
                     session().field_drafts().empty() && !session().applying());
  if (session().change_count() == 0) why_->clear();
}

void ApplyPage::ShowConflict() {
  if (session().conflict()) conflict_->Show(*session().conflict());
  ShowOutcome();
}

void ApplyPage::TakeBackSelected() {
  const auto differences = session().Differences();
  const int row = changes_->currentRow();
  if (row < 0 || row >= static_cast<int>(differences.size())) return;
  session().TakeBack(differences[static_cast<size_t>(row)].key);
}

void ApplyPage::SaveAsYaml() {
  const QString path =
      QFileDialog::getSaveFileName(this, tr("Save the changes as YAML"),
                                   QStringLiteral("changes.yaml"), tr("YAML files (*.yaml *.yml)"));
  if (path.isEmpty()) return;
  std::vector<Resource> resources;
  for (const ResourceDifference& difference : session().Differences()) {
    if (difference.after) resources.push_back(*difference.after);
  }
  QSaveFile file(path);
  const bool written = file.open(QIODevice::WriteOnly) &&
                       file.write(QByteArray::fromStdString(ToYaml(resources))) >= 0 &&
                       file.commit();
  if (written) {
    Q_EMIT announced(tr("Saved to %1.").arg(path), false);
  } else {
    refused_->Show(StateBand::Kind::kError,
                   tr("%1 was not written: %2").arg(path, file.errorString()));
  }
}

}  // namespace gw::gui
