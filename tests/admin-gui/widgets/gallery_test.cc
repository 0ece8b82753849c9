// Pictures of every component in both schemes. The test fails if a picture cannot be written or is
// blank; whether it is good is for people to say.

#include <gtest/gtest.h>

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QImage>
#include <QRadioButton>
#include <QSpinBox>
#include <QTest>
#include <QVBoxLayout>

#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/card.h"
#include "admin-gui/widgets/decision_chart.h"
#include "admin-gui/widgets/diff_view.h"
#include "admin-gui/widgets/endpoint_picker.h"
#include "admin-gui/widgets/filter_bar.h"
#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/label_chips.h"
#include "admin-gui/widgets/pending_bar.h"
#include "admin-gui/widgets/segmented.h"
#include "admin-gui/widgets/selector_edit.h"
#include "admin-gui/widgets/selector_tree.h"
#include "admin-gui/widgets/sparkline.h"
#include "admin-gui/widgets/state_band.h"
#include "admin-gui/widgets/text_label.h"
#include "admin-gui/widgets/time_histogram.h"
#include "admin-gui/widgets/trace_panel.h"
#include "admin-gui/widgets/verdict_badge.h"

namespace gw::gui {
namespace {

QWidget* Row(QWidget* parent, const QList<QWidget*>& widgets) {
  auto* row = new QWidget(parent);
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  for (QWidget* widget : widgets) layout->addWidget(widget);
  layout->addStretch();
  return row;
}

QWidget* Buttons(QWidget* parent) {
  auto* off = PlainButton(u"Disabled"_qs, parent, u"plus"_qs);
  off->setEnabled(false);
  return Row(parent,
             {PrimaryButton(u"Review and apply"_qs, parent),
              PlainButton(u"New policy"_qs, parent, u"plus"_qs),
              QuietButton(u"Undo"_qs, parent, u"undo"_qs), LinkButton(u"Show them"_qs, parent), off,
              IconButton(u"menu"_qs, u"Menu"_qs, parent)});
}

QWidget* Fields(QWidget* parent) {
  auto* combo = new QComboBox(parent);
  combo->addItems({u"TCP"_qs, u"UDP"_qs});
  auto* spin = new QSpinBox(parent);
  spin->setValue(20);
  auto* check = new QCheckBox(u"Go back by itself"_qs, parent);
  check->setChecked(true);
  auto* radio = new QRadioButton(u"Routed traffic"_qs, parent);
  radio->setChecked(true);
  return Row(parent, {new QLineEdit(u"guest-internet"_qs, parent), combo, spin, check, radio,
                      new QRadioButton(u"Gateway"_qs, parent)});
}

QWidget* Badges(QWidget* parent) {
  QList<QWidget*> badges;
  for (const VerdictState state :
       {VerdictState::kAllow, VerdictState::kDeny, VerdictState::kReject, VerdictState::kFailsafe,
        VerdictState::kWouldDeny, VerdictState::kPass}) {
    badges << new VerdictBadge(state, parent);
  }
  auto* plain = new VerdictBadge(VerdictState::kAllow, parent);
  plain->SetForm(Badge::Form::kPlain);
  auto* sparkline = new Sparkline(parent);
  sparkline->Set({3, 4, 2, 8, 9, 3, 1, 0, 0, 4, 6, 7, 8, 9, 5, 3, 2, 1, 6, 7, 8, 3, 2, 1},
                 Role::kC1);
  badges << plain << sparkline;
  return Row(parent, badges);
}

QWidget* AllIcons(QWidget* parent) {
  auto* grid = new QWidget(parent);
  auto* layout = new QGridLayout(grid);
  layout->setContentsMargins(0, 0, 0, 0);
  int at = 0;
  for (const QString& name : Icons::Names()) {
    int column = 0;
    for (const int size : {14, 16, 18}) {
      layout->addWidget(new IconLabel(name, Role::kText, size, grid), at / 10,
                        at % 10 * 3 + column++);
    }
    ++at;
  }
  return grid;
}

std::vector<HistogramBucket> Buckets(int count) {
  std::vector<HistogramBucket> buckets;
  for (int i = 0; i < count; ++i) buckets.push_back({40 + (i * 37) % 60, (i * 13) % 17, true});
  return buckets;
}

constexpr qint64 kMorning = 1'763'967'600'000;
constexpr qint64 kHour = 3'600'000;

QWidget* LeftColumn(QWidget* parent) {
  auto* page = new QWidget(parent);
  auto* column = new QVBoxLayout(page);
  column->addWidget(Buttons(page));
  column->addWidget(Fields(page));
  column->addWidget(Badges(page));
  column->addWidget(
      new Segmented(u"Range"_qs, {u"1 h"_qs, u"24 h"_qs, u"7 d"_qs, u"30 d"_qs}, page));
  auto* chips = new LabelChips(u"Labels"_qs, page);
  chips->SetLabels({{"role", "iot"}, {"site", "hq"}});
  chips->SetMixed({{u"zone"_qs, u"3 of 5"_qs}});
  column->addWidget(chips);
  auto* good = new SelectorEdit(u"Applies to"_qs, page);
  good->SetCount([](const Selector&) { return u"1 endpoint now"_qs; });
  good->SetText(u"role in {'guest', 'iot'} && !has(quarantine)"_qs);
  column->addWidget(good);
  auto* bad = new SelectorEdit(u"To"_qs, page);
  bad->SetText(u"role == 'printer"_qs);
  column->addWidget(bad);
  auto* tree = new SelectorTree(u"Parts"_qs, page);
  tree->setFixedHeight(120);
  tree->Show(*Selector::Parse("role == 'printer' && !has(quarantine)"),
             [](const Selector&, size_t node) {
               return SelectorTree::Part{node == 0 ? 0 : 3, {}, {}};
             });
  column->addWidget(tree);
  auto* filter = new FilterBar(u"Filter"_qs, page);
  filter->SetTerms(
      {{u"time"_qs, false, u"14:00"_qs, u"since"_qs}, {u"interface"_qs, true, u"eth1.30"_qs}});
  column->addWidget(filter);
  auto* histogram = new TimeHistogram(page);
  histogram->SetBuckets(kMorning, kMorning + kHour / 2, Buckets(110));
  histogram->SetRange(TimeHistogram::Range{kMorning + kHour / 4, kMorning + kHour / 3});
  column->addWidget(histogram);
  column->addWidget(AllIcons(page));
  column->addStretch();
  return page;
}

QWidget* RightColumn(QWidget* parent) {
  using K = TraceStep::Kind;
  using S = DiffLine::Sign;
  auto* page = new QWidget(parent);
  auto* column = new QVBoxLayout(page);
  auto* card = new Card(u"Decisions, last 24 hours"_qs, u"Allowed 96,204"_qs, page);
  auto* chart = new DecisionChart(card);
  chart->SetBuckets(kMorning, kMorning + 24 * kHour, Buckets(96), u"last 24 hours"_qs);
  chart->setFixedHeight(180);
  card->body()->addWidget(chart);
  column->addWidget(card);
  auto* trace = new TracePanel(page);
  trace->Show(u"How it was decided"_qs, u"Revision 42, 0.9 µs"_qs,
              {{K::kStage, 0, "guest, arriving, routed", "", false},
               {K::kBuiltIn, 1, "failsafes", "skipped: the packet is routed", false},
               {K::kPolicy, 1, "policy `block-known-bad`",
                "skipped: its selector `role == 'wan'` does not match endpoint `guest`", false},
               {K::kPolicy, 1, "policy `no-lateral`", "applies", false},
               {K::kRule, 2, "ingress rule 0", "matched: Deny", true},
               {K::kPolicy, 1, "policy `iot-no-internet`", "staged, not enforced", false}});
  trace->setFixedHeight(310);
  column->addWidget(trace);
  auto* diff = new DiffView(page);
  diff->Show(u"gateway-services"_qs,
             {{S::kRemoved, u"1"_qs, u"Allow UDP 53 (dns), 67 (dhcp) and 123 (ntp)."_qs, {}},
              {S::kAdded, u"1"_qs, u"Allow UDP 53 (dns) and 67 (dhcp) from any address."_qs, {}},
              {S::kSame, u"2"_qs, u"Deny to addresses labelled zone = 'inside'."_qs, u"1"_qs}},
             {});
  diff->setFixedHeight(160);
  column->addWidget(diff);
  column->addWidget(new EndpointPicker(u"Source"_qs, page));
  auto* band = new StateBand(page);
  band->Show(StateBand::Kind::kWarn, u"No enforcer is running. You can edit."_qs,
             {u"Copy command"_qs, u"Try again"_qs});
  column->addWidget(band);
  auto* bar = new PendingBar(page);
  bar->ShowChanges(4, u"Add rule 3 to guest-internet"_qs, true);
  column->addWidget(bar);
  auto* empty = new EmptyState(page);
  empty->Show(u"flowlog"_qs, u"No decisions recorded yet"_qs,
              u"They appear here with the first connection."_qs, u"Change the filter"_qs);
  column->addWidget(empty, 1);
  return page;
}

TEST(Gallery, WritesAPictureOfEveryComponent) {
  QFont font(u"Inter"_qs);
  font.setPixelSize(13);
  QApplication::setFont(font);
  Theme::Apply(*qobject_cast<QApplication*>(QApplication::instance()));
  for (const Scheme scheme : {Scheme::kLight, Scheme::kDark}) {
    Theme::Instance().SetScheme(scheme);
    QWidget window;
    auto* row = new QHBoxLayout(&window);
    row->addWidget(LeftColumn(&window), 1);
    row->addWidget(RightColumn(&window), 1);
    window.resize(1440, 960);
    window.show();
    auto* toast = new Toast(&window);
    toast->Show(u"Deleted policy old-fax."_qs, u"Undo"_qs);
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&window));
    QImage image(window.size(), QImage::Format_RGB32);
    window.render(&image);
    const QString name = scheme == Scheme::kDark ? u"dark"_qs : u"light"_qs;
    ASSERT_TRUE(image.save(QStringLiteral(GW_GALLERY_DIR "/gallery-") + name + u".png"_qs));
    EXPECT_EQ(image.pixelColor(2, 2), Theme::Color(Role::kSurface));
  }
}

}  // namespace
}  // namespace gw::gui
