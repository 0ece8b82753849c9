// What the components say and ask, without keys.

#include <gtest/gtest.h>

#include <memory>

#include <QAbstractButton>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>

#include "admin-gui/widgets/decision_chart.h"
#include "admin-gui/widgets/diff_view.h"
#include "admin-gui/widgets/endpoint_picker.h"
#include "admin-gui/widgets/filter_bar.h"
#include "admin-gui/widgets/label_chips.h"
#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/pending_bar.h"
#include "admin-gui/widgets/segmented.h"
#include "admin-gui/widgets/selector_edit.h"
#include "admin-gui/widgets/selector_tree.h"
#include "admin-gui/widgets/sparkline.h"
#include "admin-gui/widgets/state_band.h"
#include "admin-gui/widgets/time_histogram.h"
#include "admin-gui/widgets/trace_panel.h"
#include "admin-gui/widgets/verdict_badge.h"

namespace gw::gui {
namespace {

std::vector<TraceStep> GuestTrace() {
  using K = TraceStep::Kind;
  return {{K::kStage, 0, "forward ingress of `guest`", "", false},
          {K::kTier, 1, "tier `security`", "", false},
          {K::kPolicy, 2, "policy `block-known-bad`", "skipped: its types do not include ingress",
           false},
          {K::kPolicy, 2, "policy `old-fax`", "skipped: its types do not include ingress", false},
          {K::kPolicy, 2, "policy `no-lateral`", "applies", false},
          {K::kRule, 3, "ingress rule 0", "matched: Deny", true}};
}

bool IsOperable(const QWidget* widget) {
  return qobject_cast<const QAbstractButton*>(widget) != nullptr ||
         qobject_cast<const QLineEdit*>(widget) != nullptr ||
         qobject_cast<const QPlainTextEdit*>(widget) != nullptr ||
         qobject_cast<const QAbstractItemView*>(widget) != nullptr;
}

TEST(Components, EachAndEverythingOperableInItHasAName) {
  std::vector<std::unique_ptr<QWidget>> all;
  all.push_back(std::make_unique<LabelChips>(u"Labels of cameras"_qs));
  all.push_back(std::make_unique<FilterBar>(u"Filter"_qs));
  all.push_back(std::make_unique<SelectorEdit>(u"Applies to"_qs));
  all.push_back(std::make_unique<SelectorTree>(u"Parts"_qs));
  all.push_back(std::make_unique<Segmented>(u"Range"_qs, QStringList{u"1 h"_qs, u"24 h"_qs}));
  all.push_back(std::make_unique<EndpointPicker>(u"Source"_qs));
  all.push_back(std::make_unique<TimeHistogram>());
  all.push_back(std::make_unique<DecisionChart>());
  all.push_back(std::make_unique<DiffView>());
  all.push_back(std::make_unique<VerdictBadge>(VerdictState::kDeny));
  auto bar = std::make_unique<PendingBar>();
  bar->ShowChanges(4, u"Add rule 3"_qs, true);
  all.push_back(std::move(bar));
  auto trace = std::make_unique<TracePanel>();
  trace->Show(u"How it was decided"_qs, {}, GuestTrace());
  all.push_back(std::move(trace));
  auto band = std::make_unique<StateBand>();
  band->Show(StateBand::Kind::kWarn, u"No enforcer is running."_qs, {u"Try again"_qs});
  all.push_back(std::move(band));
  for (const auto& root : all) {
    EXPECT_FALSE(root->accessibleName().isEmpty()) << root->metaObject()->className();
    for (const QWidget* child : root->findChildren<QWidget*>()) {
      // A hidden link has no text yet; scroll bars and editors of views come with Qt's own.
      if (!IsOperable(child) || !child->isVisibleTo(root.get())) continue;
      EXPECT_FALSE(child->accessibleName().isEmpty())
          << child->metaObject()->className() << " in " << root->metaObject()->className();
    }
  }
}

TEST(TracePanel, FoldsPoliciesThatDoNotApply) {
  TracePanel panel;
  panel.Show(u"How"_qs, {}, GuestTrace());
  const QTreeWidgetItem* tier = panel.tree()->topLevelItem(0)->child(0);
  ASSERT_EQ(tier->childCount(), 2);
  EXPECT_EQ(tier->child(0)->childCount(), 2);
  EXPECT_EQ(tier->child(1)->text(0), u"Policy no-lateral"_qs);
  EXPECT_TRUE(tier->child(1)->isExpanded());
}

TEST(TracePanel, CopiesEveryStepAsText) {
  TracePanel panel;
  panel.Show(u"How"_qs, {}, GuestTrace());
  EXPECT_TRUE(panel.AsText().contains(u"      ingress rule 0: matched: Deny\n"));
  EXPECT_EQ(panel.AsText().count(QLatin1Char('\n')), 7);
}

TEST(SelectorTree, HasALineForEveryPart) {
  SelectorTree tree(u"Parts"_qs);
  const Selector selector = *Selector::Parse("role == 'guest' && !has(quarantine)");
  tree.Show(selector, [](const Selector&, size_t node) {
    return SelectorTree::Part{static_cast<qint64>(node), {}, {}};
  });
  ASSERT_EQ(tree.topLevelItemCount(), 1);
  EXPECT_EQ(tree.topLevelItem(0)->childCount(), 2);
  EXPECT_EQ(tree.topLevelItem(0)->text(1), QString::number(selector.nodes().size() - 1));
}

TEST(PendingBar, IsHiddenWithoutChangesAndLeadsToProblemsFirst) {
  PendingBar bar;
  bar.ShowChanges(0, {}, false);
  EXPECT_TRUE(bar.isHidden());
  bar.ShowChanges(4, u"Add rule 3"_qs, true);
  EXPECT_FALSE(bar.isHidden());
  QSignalSpy review(&bar, &PendingBar::reviewAsked);
  QSignalSpy problems(&bar, &PendingBar::problemsAsked);
  auto* primary = bar.findChildren<QPushButton*>().constLast();
  primary->click();
  EXPECT_EQ(review.count(), 1);
  bar.SetProblems(1);
  primary->click();
  EXPECT_EQ(review.count(), 1);
  EXPECT_EQ(problems.count(), 1);
}

TEST(PendingBar, CountsDownAndTakesConfirmation) {
  PendingBar bar;
  QSignalSpy confirmed(&bar, &PendingBar::confirmAsked);
  bar.ShowCountdown(43, std::chrono::seconds(72), std::chrono::seconds(90));
  EXPECT_EQ(bar.accessibleName(), u"Revision 43 goes back in 1:12"_qs);
  bar.findChildren<QPushButton*>().constLast()->click();
  EXPECT_EQ(confirmed.count(), 1);
  bar.EndCountdown();
  EXPECT_TRUE(bar.isHidden());
}

TEST(DiffOfTexts, KeepsTheLongestCommonPart) {
  using S = DiffLine::Sign;
  const auto lines = DiffOfTexts(u"a\nb\nc\nd\n"_qs, u"a\nc\nx\nd\n"_qs);
  std::vector<S> signs;
  for (const DiffLine& line : lines) signs.push_back(line.sign);
  EXPECT_EQ(signs, (std::vector<S>{S::kSame, S::kRemoved, S::kSame, S::kAdded, S::kSame}));
}

TEST(Sparkline, SaysWhereItGoes) {
  EXPECT_EQ(SparklineInWords({1, 1, 1, 5, 9, 9}), u"rising, 26"_qs);
  EXPECT_EQ(SparklineInWords({9, 9, 5, 1, 1, 1}), u"falling, 26"_qs);
  EXPECT_EQ(SparklineInWords({5, 5, 5, 5, 5, 5}), u"steady, 30"_qs);
}

TEST(SelectorSpans, CoverTheWholeTextAndColourStrings) {
  const QString text = u"role in {'a', 'b'} && has(x"_qs;
  int end = 0;
  for (const Span& span : SelectorSpans(text)) {
    EXPECT_EQ(span.start, end);
    end += span.length;
    const QString part = text.mid(span.start, span.length);
    if (part.startsWith(QLatin1Char('\''))) {
      EXPECT_EQ(span.role, Role::kAllow);
    }
    if (part == u"in" || part == u"has") {
      EXPECT_EQ(span.role, Role::kStaged);
    }
  }
  EXPECT_EQ(end, text.size());
}

TEST(DecisionChart, NamesSumsAndTheWorstBar) {
  DecisionChart chart;
  chart.SetBuckets(0, 4000, {{10, 0, true}, {5, 7, true}, {1, 1, true}, {0, 0, true}},
                   u"last 24 hours"_qs);
  EXPECT_TRUE(chart.accessibleName().startsWith(
      u"Decisions, last 24 hours: 16 allowed, 8 denied, most denied "))
      << chart.accessibleName().toStdString();
}

}  // namespace
}  // namespace gw::gui
