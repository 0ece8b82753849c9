#include "admin-gui/models/attention_list.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <QFileInfo>
#include <QSettings>
#include <QSysInfo>
#include <QTimer>

#include "admin-gui/models/endpoint_rows.h"

namespace gw::gui {
namespace {

constexpr int kSoonMilliseconds = 150;
constexpr int kAgainMilliseconds = 10'000;
constexpr char kGroup[] = "setAside";

}  // namespace

struct AttentionList::Answer {
  std::vector<AttentionItem> items;
  bool complete = false;  // a fact that is not in `items` is not there
};

AttentionList::AttentionList(Gateway& gateway, PolicySession& session, QObject* parent)
    : QObject(parent),
      gateway_(gateway),
      session_(session),
      soon_(new QTimer(this)),
      again_(new QTimer(this)) {
  soon_->setSingleShot(true);
  soon_->setInterval(kSoonMilliseconds);
  again_->setInterval(kAgainMilliseconds);
  connect(soon_, &QTimer::timeout, this, &AttentionList::Refresh);
  connect(again_, &QTimer::timeout, this, &AttentionList::Refresh);
  connect(&session_, &PolicySession::modelChanged, this, &AttentionList::RefreshSoon);
  connect(&session_, &PolicySession::problemsChanged, this, &AttentionList::RefreshSoon);
  connect(&session_, &PolicySession::loadedChanged, this, &AttentionList::RefreshSoon);
  connect(&gateway_, &Gateway::problemChanged, this, &AttentionList::RefreshSoon);
  connect(&gateway_, &Gateway::statusChanged, this, [this] {
    if (!answered_) RefreshSoon();
  });
}

void AttentionList::SetActive(bool active) {
  if (active == active_) return;
  active_ = active;
  if (active) {
    again_->start();
    Refresh();
  } else {
    again_->stop();
    soon_->stop();
  }
}

void AttentionList::RefreshSoon() {
  if (active_) soon_->start();
}

void AttentionList::Refresh() {
  if (!session_.loaded()) return;
  call_.Cancel();
  // The worker has copies: the policy may be large, and goes on changing here.
  call_ = gateway_.Ask<Answer>(
      this, Gateway::Lane::kLong,
      [model = session_.model(), problems = session_.problems(), status = gateway_.status(),
       problem = gateway_.problem(), machine = QSysInfo::machineHostName().toStdString()](
          Service& service, const CallContext& context) -> absl::StatusOr<Answer> {
        const GatewayHost host = HostOf(status, model, machine);
        std::vector<HostInterface> interfaces;
        bool asked = !host.is_here;
        if (host.is_here) {
          auto found = service.Interfaces(context);
          asked = found.ok();
          if (found.ok()) interfaces = *std::move(found);
        }
        return Answer{FindAttention({model, problems, interfaces, status, problem, host.node}),
                      asked && status.has_value()};
      },
      [this](absl::StatusOr<Answer> answer) {
        if (answer.ok()) Take(*std::move(answer));
      });
}

void AttentionList::Take(Answer answer) {
  const bool first = !answered_;
  answered_ = true;
  std::vector<AttentionItem> before = std::exchange(found_, std::move(answer.items));
  if (answer.complete) {
    // A fact that went away is shown again when it comes back.
    QStringList aside = Aside();
    const auto gone = aside.removeIf([this](const QString& identity) {
      return std::none_of(found_.begin(), found_.end(), [&identity](const AttentionItem& item) {
        return item.Identity() == identity;
      });
    });
    if (gone > 0) KeepAside(aside);
  }
  if (first || before != found_) Arrange();
}

void AttentionList::Arrange() {
  const QStringList aside = Aside();
  items_.clear();
  for (const AttentionItem& item : found_) {
    if (!aside.contains(item.Identity())) items_.push_back(item);
  }
  set_aside_count_ = static_cast<int>(found_.size() - items_.size());
  Q_EMIT changed();
}

void AttentionList::SetAside(const AttentionItem& item) {
  QStringList aside = Aside();
  const QString identity = item.Identity();
  if (!aside.contains(identity)) KeepAside(aside << identity);
  Arrange();
}

void AttentionList::ShowAllAgain() {
  KeepAside({});
  Arrange();
}

// ---- kept over runs -----------------------------------------------------------------------------

QStringList AttentionList::Aside() const {
  QSettings settings;
  settings.beginGroup(QLatin1String(kGroup));
  return settings.value(StateKeyOf(gateway_.files())).toStringList();
}

void AttentionList::KeepAside(const QStringList& identities) const {
  QSettings settings;
  settings.beginGroup(QLatin1String(kGroup));
  settings.setValue(StateKeyOf(gateway_.files()), identities);
}

}  // namespace gw::gui
