#include "admin-gui/views/help_page.h"

#include <QCoreApplication>
#include <QGridLayout>
#include <QKeySequence>
#include <QScrollArea>
#include <QVBoxLayout>

#include "admin-gui/widgets/card.h"
#include "admin-gui/widgets/scale.h"
#include "admin-gui/widgets/text_label.h"
#include "admin-gui/widgets/theme.h"

namespace gw::gui {
namespace {

constexpr int kColumn = 640;
constexpr int kKeysWidth = 176;

QString Native(const QKeySequence& keys) { return keys.toString(QKeySequence::NativeText); }

}  // namespace

// Where these words are written, so that the catalogue has them under the page.
class HelpWords {
  Q_DECLARE_TR_FUNCTIONS(gw::gui::HelpPage)

 public:
  static QString About(Destination::Place place);
  // Keys that belong to a list, a field or a page, not to the menus.
  static QList<std::pair<QString, QString>> KeysInPages();
};

QString HelpWords::About(Destination::Place place) {
  using Place = Destination::Place;
  switch (place) {
    case Place::kOverview:
      return tr(
          "What this gateway does now, and what needs you. The first line says which revision "
          "is enforced and how much comes up for a decision. Each bar of the chart is a span "
          "of time: a click opens the flow log there. What needs attention is ordered by "
          "harm; set aside what is meant so.");
    case Place::kEndpoints:
      return tr(
          "Every interface of the gateway, its labels, and the policies that govern it. "
          "Policies select endpoints by label. An interface without labels is not checked: "
          "traffic through it passes without a decision. The pane shows what decides there, "
          "in order: failsafes first, then the policies, then the default.");
    case Place::kNetworkSets:
      return tr(
          "Names for addresses beyond the gateway: networks, lists and single devices. Rules "
          "select them by label, as they select endpoints.");
    case Place::kPolicies:
      return tr(
          "Policies in the order in which they decide, tier by tier. The first rule that "
          "matches decides; Log goes on with the next rule, Pass with the next tier. What no "
          "rule of a tier decides is denied there, unless the tier passes on. A staged policy "
          "decides nothing and records what it would decide. Nothing takes effect until it "
          "is applied.");
    case Place::kFlowLog:
      return tr(
          "Every decision, newest first, with the rule that made it. Only the first packet of "
          "a flow comes up; the others follow its decision. Filter by chips or by text, such "
          "as action == deny and dport == 22. The pane shows each rule that was looked at. "
          "Allow like this writes a rule for what you see. A part of a log that “gatewarden audit "
          "export” wrote is opened from the menu File.");
    case Place::kSimulator:
      return tr(
          "What would happen to a connection, under the policy in force and with your "
          "changes, side by side. No packet is sent.");
    case Place::kHistory:
      return tr(
          "Every revision: who wrote it, when and why. Going back writes an earlier state as "
          "a new revision, so nothing is lost.");
    case Place::kSettings:
      return tr(
          "What holds for the whole gateway. Traffic to a failsafe port always passes, "
          "whatever the policies say: keep the one by which you administer. Changes are "
          "applied together with those of policies; only the settings of this program take "
          "effect at once.");
    case Place::kApply:
      return tr(
          "All that you changed, and which recorded flows would be decided differently. All "
          "of it becomes one revision, or nothing does.");
    case Place::kFirstRun:
      return tr(
          "Each interface gets a role, and a template writes the first policies. Nothing is "
          "written before the last step.");
    case Place::kHelp:
      break;
  }
  return {};
}

QList<std::pair<QString, QString>> HelpWords::KeysInPages() {
  return {{Native(Qt::Key_Return), tr("Open what is selected")},
          {Native(Qt::Key_Space), tr("Show or hide the detail pane, in the table of policies")},
          {Native(Qt::Key_Escape), tr("Close the popup, then the pane, then the selection")},
          {Native(QKeySequence::Delete), tr("Delete, with undo")},
          {Native(Qt::CTRL | Qt::Key_D), tr("Duplicate a policy or a rule")},
          {Native(Qt::Key_F2), tr("Edit labels; rename")},
          {Native(Qt::ALT | Qt::Key_Up), tr("Move a policy or a rule up")},
          {Native(Qt::ALT | Qt::Key_Down), tr("Move a policy or a rule down")},
          {Native(Qt::CTRL | Qt::SHIFT | Qt::Key_S), tr("Stage or enforce a policy")},
          {Native(Qt::CTRL | Qt::Key_Space), tr("Complete in a selector or a query")},
          {Native(Qt::ALT | Qt::Key_Return), tr("Take the remedy that an error offers")},
          {Native(Qt::CTRL | Qt::Key_Period), tr("Flow log: go live again")},
          {Native(Qt::CTRL | Qt::Key_T), tr("Simulator: swap source and destination")},
          {Native(Qt::Key_F8), tr("Next change in a comparison")}};
}

HelpPage::HelpPage(Gateway& gateway, PolicySession& session, QWidget* parent)
    : Page(gateway, session, parent) {
  auto* area = new QScrollArea(this);
  area->setFrameShape(QFrame::NoFrame);
  area->setWidgetResizable(true);
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  area->setAccessibleName(tr("Help"));
  auto* content = new QWidget(area);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->addWidget(area);
  auto* middle = new QHBoxLayout(content);
  middle->setContentsMargins(kContentMargin, kContentMargin, kContentMargin, kContentMargin);
  auto* column = new QVBoxLayout;
  column->setSpacing(kCardGap);
  words_ = new TextLabel(QString(), TextSize::kLead, Role::kText, content);
  words_->setWordWrap(true);
  words_->setFixedWidth(Scaled(kColumn));
  column->addWidget(words_);
  auto* card = new Card(tr("Keys"), QString(), content);
  card->setFixedWidth(Scaled(kColumn));
  keys_ = new QVBoxLayout;
  card->body()->addLayout(keys_);
  column->addWidget(card);
  column->addStretch(1);
  middle->addLayout(column);
  middle->addStretch(1);
  area->setWidget(content);
}

void HelpPage::Show(const QVariantMap& arguments) {
  about_ = arguments.value(QStringLiteral("about")).toString();
  words_->setText(HelpWords::About(
      static_cast<Destination::Place>(arguments.value(QStringLiteral("place")).toInt())));
  QList<std::pair<QString, QString>> all;
  for (const QString& line : arguments.value(QStringLiteral("keys")).toStringList()) {
    all.push_back({line.section(QLatin1Char('\t'), 0, 0), line.section(QLatin1Char('\t'), 1)});
  }
  all += HelpWords::KeysInPages();
  auto* card = words_->parentWidget();
  while (QLayoutItem* item = keys_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  auto* table = new QWidget(card);
  auto* grid = new QGridLayout(table);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setVerticalSpacing(6);
  grid->setColumnMinimumWidth(0, Scaled(kKeysWidth));
  grid->setColumnStretch(1, 1);
  for (int row = 0; row < all.size(); ++row) {
    grid->addWidget(new TextLabel(all[row].first, TextSize::kBody, Role::kMuted, table), row, 0);
    grid->addWidget(new TextLabel(all[row].second, TextSize::kBody, Role::kText, table), row, 1);
  }
  keys_->addWidget(table);
  Q_EMIT headerChanged();
}

}  // namespace gw::gui
