#include "admin-gui/views/history_page.h"

#include <utility>

#include <QDateTime>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "admin-gui/views/change_lines.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/diff_view.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/row_delegate.h"
#include "admin-gui/widgets/scale.h"
#include "admin-gui/widgets/state_band.h"
#include "admin-gui/widgets/text_label.h"

namespace gw::gui {
namespace {

class HistoryDelegate : public RowDelegate {
 public:
  explicit HistoryDelegate(QObject* parent) : RowDelegate(kRowDevice, parent) {}

 protected:
  void PaintCell(QPainter* painter, const QRect& rect, const QStyleOptionViewItem& option,
                 const QModelIndex& index) const override {
    switch (index.column()) {
      case HistoryModel::kRevision:
        painter->setFont(FontFor(TextSize::kBody, QFont::DemiBold));
        painter->setPen(Theme::Color(Role::kText));
        PaintTabular(painter, rect, Qt::AlignRight | Qt::AlignVCenter, index.data().toString());
        return;
      case HistoryModel::kWhen:
        PaintElided(painter, rect,
                    FormatTime(index.data().toDateTime(), QDateTime::currentDateTime()),
                    Role::kMuted, FontFor(TextSize::kBody));
        return;
      case HistoryModel::kChanges:
        PaintElided(painter, rect, index.data().toString(), Role::kMuted, FontFor(TextSize::kBody));
        return;
      default:
        RowDelegate::PaintCell(painter, rect, option, index);
    }
  }
};

// What a difference of two revisions is called in a sentence.
QString WhyText(const RevisionInfo& revision) {
  return revision.reason.empty()
             ? HistoryPage::tr("No reason was given.")
             : HistoryPage::tr("“%1”").arg(QString::fromStdString(revision.reason));
}

}  // namespace

HistoryPage::HistoryPage(Gateway& gateway, PolicySession& session, QWidget* parent)
    : Page(gateway, session, parent), model_(gateway) {
  content_ = new QStackedWidget(this);
  table_ = new QTableView(content_);
  table_->setAccessibleName(tr("Revisions"));
  table_->setModel(&model_);
  table_->setItemDelegate(new HistoryDelegate(table_));
  RowDelegate::PrepareTable(table_);
  RowDelegate::IndentFirstColumn(table_);
  table_->verticalHeader()->hide();
  QHeaderView* header = table_->horizontalHeader();
  header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  header->setSectionResizeMode(QHeaderView::Fixed);
  header->setSectionResizeMode(HistoryModel::kWhy, QHeaderView::Stretch);
  header->resizeSection(HistoryModel::kRevision, Scaled(64));
  header->resizeSection(HistoryModel::kWhen, Scaled(140));
  header->resizeSection(HistoryModel::kWho, Scaled(130));
  header->resizeSection(HistoryModel::kChanges, Scaled(170));
  empty_ = new EmptyState(content_);
  empty_->Show(QStringLiteral("history"), tr("No revision yet"), tr("Revision 1 is the first."));
  content_->addWidget(table_);
  content_->addWidget(empty_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(content_);
  pane_ = MakePane();
  connect(&model_, &HistoryModel::loaded, this, [this] {
    content_->setCurrentWidget(model_.rowCount() == 0 ? static_cast<QWidget*>(empty_) : table_);
    if (!table_->currentIndex().isValid() && model_.rowCount() > 0) table_->selectRow(0);
  });
  connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          &HistoryPage::ShowSelected);
}

QString HistoryPage::subtitle() const {
  return object_.isEmpty() ? tr("Newest first") : tr("What happened to %1").arg(object_);
}

QWidget* HistoryPage::MakePane() {
  auto* pane = new QWidget(this);
  pane->hide();
  auto* column = new QVBoxLayout(pane);
  column->setContentsMargins(kPaneMargin, kPaneMargin, kPaneMargin, kPaneMargin);
  column->setSpacing(kToolGap);
  title_ = new TextLabel(QString(), TextSize::kSection, Role::kText, pane);
  line_ = new TextLabel(QString(), TextSize::kBody, Role::kMuted, pane);
  line_->setWordWrap(true);
  go_back_ = PlainButton(tr("Go back to this"), pane, QStringLiteral("undo"));
  diff_ = new DiffView(pane);
  column->addWidget(title_);
  column->addWidget(line_);
  auto* row = new QHBoxLayout;
  row->addWidget(go_back_);
  row->addStretch(1);
  column->addLayout(row);
  column->addSpacing(8);
  column->addWidget(diff_, 1);
  connect(go_back_, &QPushButton::clicked, this, [this] {
    const QModelIndex current = table_->currentIndex();
    if (!current.isValid()) return;
    session().GoBackTo(model_.revision(current.row()).number);
    Q_EMIT goTo({Destination::Place::kApply, {}});
  });
  return pane;
}

void HistoryPage::Show(const QVariantMap& arguments) {
  const int row = model_.RowOf(arguments.value(QStringLiteral("revision")).toLongLong());
  if (row >= 0) table_->selectRow(row);
  const QVariant kind = arguments.value(QStringLiteral("kind"));
  object_ = arguments.value(QStringLiteral("object")).toString();
  if (object_.isEmpty() || !kind.isValid()) {
    object_.clear();
    model_.SetObject(std::nullopt);
  } else {
    model_.SetObject(ResourceKey{static_cast<ResourceKind>(kind.toInt()), object_.toStdString()});
  }
  Q_EMIT headerChanged();
}

bool HistoryPage::ReadAgain() {
  model_.Reload();
  return true;
}

bool HistoryPage::Escape() {
  if (object_.isEmpty()) return false;
  Show({});
  return true;
}

void HistoryPage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  model_.Reload();
}

void HistoryPage::ShowSelected() {
  const QModelIndex current = table_->currentIndex();
  if (!current.isValid()) return;
  const RevisionInfo& revision = model_.revision(current.row());
  const int64_t number = revision.number;
  title_->setText(tr("Revision %1").arg(static_cast<qint64>(number)));
  const QDateTime time = QDateTime::fromMSecsSinceEpoch(absl::ToUnixMillis(revision.time));
  line_->setText(tr("%1 by %2. %3")
                     .arg(FormatTime(time, QDateTime::currentDateTime()),
                          QString::fromStdString(revision.author), WhyText(revision)));
  go_back_->setEnabled(number != session().base_revision());
  call_.Cancel();
  call_ = gateway().Ask<std::vector<ResourceDifference>>(
      this, Gateway::Lane::kQuick,
      [number](Service& service, const CallContext& context) {
        return service.RevisionDifferences(context, number);
      },
      [this, number](absl::StatusOr<std::vector<ResourceDifference>> differences) {
        if (differences.ok()) ShowDifferences(number, *std::move(differences));
      });
}

void HistoryPage::ShowDifferences(int64_t revision, std::vector<ResourceDifference> differences) {
  Q_UNUSED(revision);
  std::vector<DiffLine> words;
  std::vector<DiffLine> yaml;
  for (const ResourceDifference& difference : differences) {
    // The tiers of today give the words their order; the difference itself is of that revision.
    const auto in_words = LinesInWords(session().base(), session().base(), difference);
    const auto in_yaml = LinesInYaml(difference);
    words.insert(words.end(), in_words.begin(), in_words.end());
    yaml.insert(yaml.end(), in_yaml.begin(), in_yaml.end());
  }
  diff_->Show(tr("What it changed"), words, yaml);
}

}  // namespace gw::gui
