// The components driven by keys alone.

#include <gtest/gtest.h>

#include <QApplication>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTest>

#include "admin-gui/widgets/filter_bar.h"
#include "admin-gui/widgets/label_chips.h"
#include "admin-gui/widgets/segmented.h"
#include "admin-gui/widgets/selector_edit.h"
#include "admin-gui/widgets/time_histogram.h"

namespace gw::gui {
namespace {

TEST(LabelChips, CommaAndReturnMakeChips) {
  LabelChips chips(u"Labels of cameras"_qs);
  QSignalSpy changed(&chips, &LabelChips::labelsChanged);
  QTest::keyClicks(chips.edit(), u"role=iot,"_qs);
  QTest::keyClicks(chips.edit(), u"site=hq"_qs);
  QTest::keyClick(chips.edit(), Qt::Key_Return);
  EXPECT_EQ(chips.labels(), (Labels{{"role", "iot"}, {"site", "hq"}}));
  EXPECT_EQ(changed.count(), 2);
  EXPECT_TRUE(chips.edit()->text().isEmpty());
}

TEST(LabelChips, BackspaceSelectsThenDeletesTheLast) {
  LabelChips chips(u"Labels"_qs);
  chips.SetLabels({{"role", "iot"}, {"site", "hq"}});
  QTest::keyClick(chips.edit(), Qt::Key_Backspace);
  EXPECT_EQ(chips.selected_chip(), 1);
  EXPECT_EQ(chips.labels().size(), 2u);
  QTest::keyClick(chips.edit(), Qt::Key_Backspace);
  EXPECT_EQ(chips.labels(), (Labels{{"role", "iot"}}));
}

TEST(LabelChips, LeftAndRightWalkAndF2Edits) {
  LabelChips chips(u"Labels"_qs);
  chips.SetLabels({{"role", "iot"}, {"site", "hq"}});
  QTest::keyClick(chips.edit(), Qt::Key_Left);
  QTest::keyClick(chips.edit(), Qt::Key_Left);
  EXPECT_EQ(chips.selected_chip(), 0);
  QTest::keyClick(chips.edit(), Qt::Key_F2);
  EXPECT_EQ(chips.edit()->text(), u"role=iot"_qs);
  EXPECT_EQ(chips.labels(), (Labels{{"site", "hq"}}));
}

TEST(LabelChips, AnImpossibleKeyStaysTextAndSaysWhy) {
  LabelChips chips(u"Labels"_qs);
  QTest::keyClicks(chips.edit(), u"a b=c"_qs);
  QTest::keyClick(chips.edit(), Qt::Key_Return);
  EXPECT_TRUE(chips.labels().empty());
  EXPECT_FALSE(chips.error().isEmpty());
  EXPECT_EQ(chips.edit()->text(), u"a b=c"_qs);
}

TEST(SelectorEdit, FollowsEachKeyAndKeepsTheLastReadable) {
  SelectorEdit edit(u"Applies to"_qs);
  edit.SetCount([](const Selector&) { return u"1 endpoint now"_qs; });
  QSignalSpy read(&edit, &SelectorEdit::selectorChanged);
  QTest::keyClicks(edit.editor(), u"role == 'guest'"_qs);
  EXPECT_TRUE(edit.valid());
  EXPECT_EQ(edit.selector().Canonical(), Selector::Parse("role == 'guest'")->Canonical());
  EXPECT_GE(read.count(), 1);
  QTest::keyClick(edit.editor(), Qt::Key_Backspace);
  EXPECT_FALSE(edit.valid());
  EXPECT_EQ(edit.selector().Canonical(), Selector::Parse("role == 'guest'")->Canonical());
}

TEST(SelectorEdit, AltReturnAppliesTheRemedy) {
  SelectorEdit edit(u"To"_qs);
  QTest::keyClicks(edit.editor(), u"role == 'printer"_qs);
  ASSERT_TRUE(edit.problem().has_value());
  EXPECT_EQ(edit.problem()->column, 9);
  EXPECT_EQ(edit.problem()->message,
            u"Column 9: the text that starts here has no closing quote."_qs);
  QTest::keyClick(edit.editor(), Qt::Key_Return, Qt::AltModifier);
  EXPECT_EQ(edit.text(), u"role == 'printer'"_qs);
  EXPECT_TRUE(edit.valid());
}

TEST(SelectorProblem, NamesWhatIsMissing) {
  const struct {
    QString text;
    QString brief;
  } cases[] = {{u"role 'x'"_qs, u"operator missing"_qs},
               {u"(role == 'x'"_qs, u"no closing bracket"_qs},
               {u"role = 'x'"_qs, u"one = is missing"_qs},
               {QString(1100, u'a'), u"too long"_qs}};
  for (const auto& c : cases) {
    const auto problem = FindSelectorProblem(c.text);
    ASSERT_TRUE(problem.has_value()) << c.text.toStdString();
    EXPECT_EQ(problem->brief, c.brief) << problem->message.toStdString();
  }
  EXPECT_EQ(FindSelectorProblem(u"role = 'x'"_qs)->remedied, u"role == 'x'"_qs);
  EXPECT_FALSE(FindSelectorProblem(u"has(role)"_qs).has_value());
}

void SpeakPorts(FilterBar* bar) {
  bar->SetLanguage(
      [](const QString& text) -> std::optional<std::vector<FilterTerm>> {
        const QStringList parts = text.split(QLatin1Char('='));
        if (parts.size() != 2 || parts[1].isEmpty()) return std::nullopt;
        return std::vector<FilterTerm>{{parts[0], false, parts[1]}};
      },
      [](const FilterTerm& term) {
        return term.field + (term.negated ? u"!="_qs : u"="_qs) + term.value;
      },
      nullptr);
}

TEST(FilterBar, SpaceAfterACompleteTermMakesAChip) {
  FilterBar bar(u"Filter"_qs);
  SpeakPorts(&bar);
  QSignalSpy changed(&bar, &FilterBar::queryChanged);
  QTest::keyClicks(bar.edit(), u"sport "_qs);
  EXPECT_TRUE(bar.terms().empty());
  bar.edit()->clear();
  QTest::keyClicks(bar.edit(), u"dport=22 "_qs);
  ASSERT_EQ(bar.terms().size(), 1u);
  EXPECT_EQ(bar.Query(), u"dport=22"_qs);
  ASSERT_FALSE(changed.isEmpty());
  EXPECT_EQ(changed.constLast().constFirst().toString(), u"dport=22"_qs);
}

TEST(FilterBar, BackspaceOpensTheLastChipAsText) {
  FilterBar bar(u"Filter"_qs);
  SpeakPorts(&bar);
  bar.SetTerms({{u"dport"_qs, false, u"22"_qs}});
  QTest::keyClick(bar.edit(), Qt::Key_Backspace);
  EXPECT_EQ(bar.edit()->text(), u"dport=22"_qs);
  EXPECT_TRUE(bar.terms().empty());
}

TEST(FilterBar, SpaceOnAChipTurnsItAround) {
  FilterBar bar(u"Filter"_qs);
  SpeakPorts(&bar);
  bar.SetTerms({{u"dport"_qs, false, u"22"_qs}});
  QTest::keyClick(bar.edit(), Qt::Key_Left);
  QTest::keyClick(bar.edit(), Qt::Key_Space);
  EXPECT_TRUE(bar.terms()[0].negated);
  EXPECT_EQ(bar.Query(), u"dport!=22"_qs);
}

TEST(FilterBar, EscapeClearsTheTextFirst) {
  FilterBar bar(u"Filter"_qs);
  SpeakPorts(&bar);
  bar.SetTerms({{u"dport"_qs, false, u"22"_qs}});
  QTest::keyClicks(bar.edit(), u"src"_qs);
  QTest::keyClick(bar.edit(), Qt::Key_Escape);
  EXPECT_TRUE(bar.edit()->text().isEmpty());
  EXPECT_EQ(bar.terms().size(), 1u);
}

TEST(TimeHistogram, KeysMoveResizeAndClearTheBrush) {
  TimeHistogram histogram;
  histogram.resize(600, 80);
  histogram.SetBuckets(0, 100'000, std::vector<HistogramBucket>(100, {3, 1, true}));
  histogram.SetRange(TimeHistogram::Range{10'000, 20'000});
  QSignalSpy changed(&histogram, &TimeHistogram::rangeChanged);
  QTest::keyClick(&histogram, Qt::Key_Right);
  EXPECT_EQ(histogram.range(), (TimeHistogram::Range{11'000, 21'000}));
  QTest::keyClick(&histogram, Qt::Key_Left, Qt::ShiftModifier);
  EXPECT_EQ(histogram.range(), (TimeHistogram::Range{11'000, 20'000}));
  EXPECT_TRUE(histogram.ValueText().contains(u"36 decisions, 9 denied"))
      << histogram.ValueText().toStdString();
  QTest::keyClick(&histogram, Qt::Key_Escape);
  EXPECT_FALSE(histogram.range().has_value());
  EXPECT_EQ(changed.count(), 3);
}

TEST(TimeHistogram, TheBrushStaysInsideWhatIsShown) {
  TimeHistogram histogram;
  histogram.SetBuckets(0, 100'000, std::vector<HistogramBucket>(100));
  histogram.SetRange(TimeHistogram::Range{0, 10'000});
  QTest::keyClick(&histogram, Qt::Key_Left);
  EXPECT_EQ(histogram.range(), (TimeHistogram::Range{0, 10'000}));
}

TEST(Segmented, ArrowKeysChoose) {
  Segmented range(u"Range"_qs, {u"1 h"_qs, u"24 h"_qs});
  range.show();
  range.activateWindow();
  ASSERT_TRUE(QTest::qWaitForWindowActive(&range));
  QSignalSpy changed(&range, &Segmented::currentChanged);
  auto* first = range.findChildren<QRadioButton*>().constFirst();
  first->setFocus();
  QTest::keyClick(first, Qt::Key_Right);
  EXPECT_EQ(range.current(), 1);
  EXPECT_EQ(changed.count(), 1);
}

}  // namespace
}  // namespace gw::gui
