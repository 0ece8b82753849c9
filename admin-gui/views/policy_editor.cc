#include "admin-gui/views/policy_editor.h"

#include <utility>

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QRegularExpression>
#include <QScrollArea>
#include <QVBoxLayout>

#include "admin-gui/models/naming.h"
#include "admin-gui/views/rule_card.h"
#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/row_delegate.h"
#include "admin-gui/widgets/text_label.h"

namespace gw::gui {
namespace {

using Kind = PolicyRow::Kind;

constexpr int kListWidth = 228;
constexpr int kFormMin = 520;
constexpr int kRow = 30;

QString Q(const std::string& text) { return QString::fromStdString(text); }

// "Arriving rule 3: a code needs a type", without the names of fields.
QString ProblemWords(const Problem& problem) {
  static const QRegularExpression kRule(QStringLiteral("^spec\\.(ingress|egress)\\[(\\d+)\\]"));
  const QString message = Q(problem.message);
  const auto match = kRule.match(Q(problem.field));
  if (!match.hasMatch()) return message;
  const int number = match.captured(2).toInt() + 1;
  const QString words = match.captured(1) == u"ingress" ? PolicyEditor::tr("Arriving rule %1: %2")
                                                        : PolicyEditor::tr("Leaving rule %1: %2");
  return words.arg(number).arg(message);
}

// Tiers and policies only, whatever the table's filter leaves.
class EditorRows : public QSortFilterProxyModel {
 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override {
    const auto kind = static_cast<Kind>(
        sourceModel()->index(row, 0, parent).data(PolicyTableModel::kKind).toInt());
    return kind == Kind::kTier || kind == Kind::kPolicy;
  }
};

// Number, name, and one icon for what is special about it.
class EditorListDelegate : public RowDelegate {
 public:
  explicit EditorListDelegate(QObject* parent) : RowDelegate(kRow, parent) {}

 protected:
  bool HasLine(const QModelIndex&) const override { return false; }

  void PaintCell(QPainter* painter, const QRect& rect, const QStyleOptionViewItem& option,
                 const QModelIndex& index) const override {
    const QModelIndex name = index.siblingAtColumn(PolicyTableModel::kName);
    const auto kind = static_cast<Kind>(index.data(PolicyTableModel::kKind).toInt());
    if (kind == Kind::kTier) {
      PaintElided(painter, rect.adjusted(8, 0, 0, 0), index.data().toString(), Role::kMuted,
                  FontFor(TextSize::kSmall, QFont::DemiBold));
      return;
    }
    painter->setPen(Theme::Color(Role::kMuted));
    PaintTabular(painter, QRect(rect.x(), rect.y(), 24, rect.height()), Qt::AlignRight,
                 index.data().toString());
    PaintElided(painter, rect.adjusted(34, 0, -24, 0), name.data().toString(), Role::kText,
                FontFor(TextSize::kBody, IsSelected(option) ? QFont::DemiBold : QFont::Normal));
    const auto change = static_cast<PolicyChange>(name.data(PolicyTableModel::kChange).toInt());
    QString icon;
    Role role = Role::kAccent;
    if (change != PolicyChange::kNone) {
      icon = QStringLiteral("edit");
    } else if (name.data(PolicyTableModel::kEndpoints).toInt() == 0) {
      icon = QStringLiteral("warn");
      role = Role::kWarn;
    } else if (name.data(PolicyTableModel::kIsStaged).toBool()) {
      icon = QStringLiteral("staged");
      role = Role::kStaged;
    }
    if (icon.isEmpty()) return;
    Icons::Paint(painter, QRect(rect.right() - 16, rect.y(), 16, rect.height()), icon, role, 16);
  }
};

}  // namespace

PolicyEditor::PolicyEditor(Gateway& gateway, PolicySession& session, PolicyTableModel& table,
                           QWidget* parent)
    : QWidget(parent), session_(session), table_(table) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(0);
  MakeList();
  row->addWidget(list_);
  auto* line = new Line(Qt::Vertical, this);
  row->addWidget(line);
  tabs_ = new QStackedWidget(this);
  row->addWidget(tabs_, 1);
  MakeForm();
  yaml_ = new PolicyYamlTab(session, tabs_);
  tabs_->addWidget(yaml_);
  panel_ = new PolicyLivePanel(gateway, session, nullptr);
  panel_->setParent(this);
  panel_->hide();
  connect(yaml_, &PolicyYamlTab::renamed, this, &PolicyEditor::Rename);
  connect(panel_, &PolicyLivePanel::policyWanted, this, &PolicyEditor::Open);
  connect(panel_, &PolicyLivePanel::flowWanted, this, &PolicyEditor::flowWanted);
}

void PolicyEditor::MakeList() {
  list_ = new QListView(this);
  list_->setAccessibleName(tr("Policies"));
  list_model_ = new EditorRows(this);
  list_model_->setSourceModel(&table_);
  list_->setModel(list_model_);
  list_->setItemDelegate(new EditorListDelegate(list_));
  RowDelegate::PrepareTable(list_);
  list_->setFixedWidth(kListWidth);
  list_->setUniformItemSizes(true);
  connect(list_, &QListView::clicked, this, [this](const QModelIndex& index) {
    const PolicyRow* clicked = table_.row(list_model_->mapToSource(index).row());
    if (clicked != nullptr && clicked->kind == Kind::kPolicy && clicked->number > 0) {
      Open(clicked->key);
    }
  });
  connect(list_, &QListView::activated, list_, &QListView::clicked);
}

void PolicyEditor::MakeForm() {
  auto* scroll = new QScrollArea(tabs_);
  scroll->setAccessibleName(tr("Policy"));
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  form_page_ = new QWidget(scroll);
  auto* column = new QVBoxLayout(form_page_);
  column->setContentsMargins(kContentMargin, 14, kContentMargin, kContentMargin);
  column->setSpacing(12);
  form_ = new PolicyForm(session_, table_.reach(), form_page_);
  problems_ = new TextLabel({}, TextSize::kSmall, Role::kDeny, QFont::Medium, form_page_);
  problems_->setWordWrap(true);
  ingress_ = new RuleSection(session_, table_, Direction::kIngress, form_page_);
  egress_ = new RuleSection(session_, table_, Direction::kEgress, form_page_);
  column->addWidget(form_);
  column->addWidget(problems_);
  column->addWidget(new Line(Qt::Horizontal, form_page_));
  column->addWidget(ingress_);
  column->addWidget(egress_);
  column->addStretch(1);
  scroll->setWidget(form_page_);
  tabs_->addWidget(scroll);
  const SelectorEdit::CompleteWord complete = [this](const QString& key) {
    std::vector<Completion> words;
    for (const auto& [text, uses] : LabelUsesOf(session_.model(), key.toStdString())) {
      words.push_back({Q(text), uses == 1 ? tr("1 use") : tr("%1 uses").arg(uses), {}, {}, {}});
    }
    return words;
  };
  form_->SetCompletion(complete);
  for (const Direction direction : {Direction::kIngress, Direction::kEgress}) {
    RuleSection* rules = section(direction);
    rules->SetCount([this](const Selector& selector) { return Known().CountWords(selector); },
                    complete);
    connect(rules, &RuleSection::opened, this,
            [this, direction](std::optional<size_t> rule) { RuleOpened(direction, rule); });
    connect(rules, &RuleSection::selectorShown, this, [this](const Selector& selector) {
      panel_->ShowSelector(selector, tr("Label, part by part"), false);
    });
    connect(rules, &RuleSection::announced, this, &PolicyEditor::announced);
  }
  connect(form_, &PolicyForm::renamed, this, &PolicyEditor::Rename);
  connect(form_, &PolicyForm::selectorShown, this, [this](const Selector& selector) {
    panel_->ShowSelector(selector, tr("Endpoints, part by part"), true);
  });
  connect(&session_, &PolicySession::problemsChanged, this, &PolicyEditor::ShowProblems);
}

void PolicyEditor::Open(const ResourceKey& policy) {
  if (!Find(session_.model(), policy)) return;
  key_ = policy;
  // The first rule is what most come for.
  const std::optional<Resource> resource = Find(session_.model(), policy);
  const auto& written = std::get<Policy>(*resource);
  place_ = {policy, written.ingress.empty() ? Direction::kEgress : Direction::kIngress,
            std::nullopt};
  if (!written.rules(place_.direction).empty()) place_.rule = 0;
  for (RuleSection* rules : {ingress_, egress_}) {
    if (!rules->open_rule()) continue;
    rules->Show(policy);  // before anything of it is closed, which is told
    rules->Open(std::nullopt);
  }
  Follow();
  Q_EMIT keyChanged();
}

void PolicyEditor::OpenRule(Direction direction, size_t rule) {
  SetYaml(false);
  section(direction)->Open(rule);
}

bool PolicyEditor::Follow() {
  if (!Find(session_.model(), key_)) return false;
  known_.reset();
  form_->Show(key_);
  ingress_->Show(key_);
  egress_->Show(key_);
  if (yaml()) yaml_->Show(key_);
  ShowPlace();
  ShowProblems();
  const int row = table_.RowOf(key_);
  if (row >= 0) {
    const QModelIndex index = list_model_->mapFromSource(table_.index(row, 0));
    if (index != list_->currentIndex()) list_->setCurrentIndex(index);
  }
  return true;
}

// Made when a selector is shown first: most policies are opened without opening a rule.
const SelectorMembers& PolicyEditor::Known() {
  if (!known_) known_ = SelectorMembers(session_.model(), false);
  return *known_;
}

void PolicyEditor::ShowPlace() { panel_->Show(place_, table_.reach()); }

void PolicyEditor::RuleOpened(Direction direction, std::optional<size_t> rule) {
  if (rule) {
    RuleSection* other =
        section(direction == Direction::kIngress ? Direction::kEgress : Direction::kIngress);
    if (other->open_rule()) other->Open(std::nullopt);
    place_ = {key_, direction, rule};
  }
  ShowPlace();
}

// What is wrong with the policy as it is, apart from texts that wait in their fields.
void PolicyEditor::ShowProblems() {
  QStringList words;
  for (const Problem& problem : session_.problems()) {
    if (!(problem.resource == key_) || problem.severity != Severity::kError) continue;
    words << ProblemWords(problem);
  }
  problems_->setText(words.join(QLatin1Char('\n')));
  problems_->setVisible(!words.isEmpty());
}

void PolicyEditor::Rename(const ResourceKey& policy) {
  key_ = policy;
  place_.policy = policy;
  Q_EMIT keyChanged();
}

void PolicyEditor::SetYaml(bool yaml) {
  tabs_->setCurrentIndex(yaml ? 1 : 0);
  if (yaml) yaml_->Show(key_);
}

bool PolicyEditor::yaml() const { return tabs_->currentIndex() == 1; }

bool PolicyEditor::CloseRule() {
  for (RuleSection* rules : {ingress_, egress_}) {
    if (!rules->open_rule()) continue;
    rules->Open(std::nullopt);
    rules->list()->setFocus();
    return true;
  }
  return false;
}

void PolicyEditor::Step(int by) {
  for (int row = table_.RowOf(key_) + by; table_.row(row) != nullptr; row += by) {
    const PolicyRow& next = *table_.row(row);
    if (next.kind != Kind::kPolicy || next.number == 0) continue;
    return Open(next.key);
  }
}

void PolicyEditor::keyPressEvent(QKeyEvent* event) {
  const bool control = event->modifiers().testFlag(Qt::ControlModifier);
  if (control && event->key() == Qt::Key_PageUp) return Step(-1);
  if (control && event->key() == Qt::Key_PageDown) return Step(1);
  QWidget::keyPressEvent(event);
}

// The list goes before the form gets too narrow.
void PolicyEditor::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  list_->setVisible(width() >= kListWidth + kFormMin);
}

}  // namespace gw::gui
