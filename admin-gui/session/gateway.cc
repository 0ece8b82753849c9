#include "admin-gui/session/gateway.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QLocale>
#include <QTimer>

#include "admin-gui/session/worker.h"

namespace gw::gui {
namespace {

using Kind = GatewayProblem::Kind;

constexpr int kWatchIntervalMs = 1000;
// A large policy takes a while to be read and validated: at most this part of the time.
constexpr qint64 kWatchRest = 10;
// Reading back far takes a while from here on.
constexpr int64_t kLargeAuditLogBytes = 10'000'000'000;

// The message without what stands in backticks: paths may hold any words.
std::string WithoutQuoted(absl::string_view message) {
  std::string text;
  bool quoted = false;
  for (const char c : message) {
    if (c == '`') {
      quoted = !quoted;
    } else if (!quoted) {
      text += c;
    }
  }
  return text;
}

// The store has one code for several of these kinds, so its words must tell them apart; a test
// has each of them from a real file.
Kind KindOfUnavailable(absl::string_view text) {
  if (absl::StrContains(text, "locked")) return Kind::kBusy;
  if (absl::StrContains(text, "disk full")) return Kind::kDiskFull;
  if (absl::StrContains(text, "read-only")) return Kind::kReadOnly;
  return Kind::kOther;
}

Kind KindOfRefused(absl::string_view text) {
  if (absl::StrContains(text, "made by a newer")) return Kind::kNewer;
  if (absl::StrContains(text, "made by an older")) return Kind::kOlder;
  if (absl::StrContains(text, "not a Gatewarden") || absl::StrContains(text, "not a regular")) {
    return Kind::kNotOurs;
  }
  if (absl::StrContains(text, "empty, not")) return Kind::kDamaged;
  if (absl::StrContains(text, "no permission") || absl::StrContains(text, "cannot be read") ||
      absl::StrContains(text, "reading only")) {
    return Kind::kReadOnly;
  }
  return Kind::kOther;
}

Kind KindOf(const absl::Status& status) {
  const std::string text = WithoutQuoted(status.message());
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return Kind::kNone;
    case absl::StatusCode::kNotFound:
      return Kind::kMissing;
    case absl::StatusCode::kDataLoss:
      return absl::StrContains(text, "file is not a database") ? Kind::kNotOurs : Kind::kDamaged;
    case absl::StatusCode::kUnavailable:
      return KindOfUnavailable(text);
    case absl::StatusCode::kFailedPrecondition:
      return KindOfRefused(text);
    default:
      return Kind::kOther;
  }
}

// As the effective user, as the store asks.
bool MayWrite(const QString& path) {
  return faccessat(AT_FDCWD, QFile::encodeName(path).constData(), W_OK, AT_EACCESS) == 0;
}

GatewayProblem ProblemOfFiles(const StatusResult& status) {
  const QString policy = QString::fromStdString(status.policy_database);
  if (!MayWrite(policy) || !MayWrite(QFileInfo(policy).absolutePath())) {
    return {Kind::kReadOnly, Gateway::tr("no permission to write %1").arg(policy)};
  }
  return {};
}

GatewayProblem ProblemOfLog(const StatusResult& status) {
  if (status.audit_bytes.value_or(0) < kLargeAuditLogBytes) return {};
  const QString size =
      QLocale().formattedDataSize(*status.audit_bytes, 0, QLocale::DataSizeSIFormat);
  return {Kind::kLargeAuditLog,
          Gateway::tr("The audit log is %1. Older days are read when you go there.").arg(size)};
}

GatewayProblem ProblemOfExport(const ExportedLog& log) {
  return {
      Kind::kExportedLog,
      Gateway::tr("The audit log of this window is an exported one, %1, with decisions from %2. "
                  "What pages count is of it, not of now.")
          .arg(QFileInfo(log.path).fileName(), TimeRangeOf(log))};
}

GatewayProblem ProblemOfEnforcer(const StatusResult& status) {
  const EnforcerStatus& enforcer = status.enforcer;
  const QString detail = QString::fromStdString(enforcer.detail);
  if (enforcer.state == EnforcerStatus::State::kStopped) return {Kind::kEnforcerAbsent, detail};
  if (enforcer.state != EnforcerStatus::State::kRunning) return {};
  if (!enforcer.last.problem.empty()) {
    return {Kind::kRevisionRefused, QString::fromStdString(enforcer.last.problem)};
  }
  const QString audit = QString::fromStdString(status.audit_database);
  if (!QFileInfo::exists(audit)) {
    return {Kind::kNoAuditLog, Gateway::tr("there is no audit log at %1").arg(audit)};
  }
  return {};
}

QString NameOf(const GatewayFiles& files) {
  if (!files.name.isEmpty()) return files.name;
  const QString folder = QFileInfo(files.policy_path).absoluteDir().dirName();
  return folder.isEmpty() ? files.policy_path : folder;
}

LocalServiceOptions OptionsOf(const GatewayFiles& files) {
  LocalServiceOptions options;
  options.policy_path = QFile::encodeName(files.policy_path).toStdString();
  options.audit_path = QFile::encodeName(files.audit_path).toStdString();
  return options;
}

}  // namespace

// A worker for each lane.
struct Gateway::Lanes {
  Lanes(Gateway& gateway, const LocalServiceOptions& options)
      : quick(gateway, options), searches(gateway, options) {}
  // Both are told before one is waited for.
  ~Lanes() {
    quick.Cancel();
    searches.Cancel();
  }
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  Worker quick;
  Worker searches;
};

struct Gateway::Answered {
  StatusResult status;
  GatewayProblem problem;
  std::optional<ExportedLog> exported;  // if the audit log is one
  qint64 took_ms = 0;
};

QString StateKeyOf(const GatewayFiles& files) {
  const QByteArray path = QFileInfo(files.policy_path).absoluteFilePath().toUtf8();
  const QByteArray hash = QCryptographicHash::hash(path, QCryptographicHash::Sha1);
  return QString::fromLatin1(hash.toHex().left(12));
}

GatewayProblem ProblemOf(const absl::Status& status) {
  const Kind kind = KindOf(status);
  if (kind == Kind::kNone) return {};
  return {kind, QString::fromStdString(std::string(status.message()))};
}

Gateway::Gateway(GatewayFiles files, QObject* parent)
    : QObject(parent), files_(std::move(files)), timer_(new QTimer(this)) {
  // An empty path would be no file at all: the name that gatewardend uses stands for it.
  if (files_.policy_path.isEmpty()) files_.policy_path = QStringLiteral("policy.db");
  files_.name = NameOf(files_);
  own_ = std::make_unique<Lanes>(*this, OptionsOf(files_));
  timer_->setSingleShot(true);
  connect(timer_, &QTimer::timeout, this, &Gateway::Refresh);
}

Gateway::~Gateway() {
  opening_lanes_.reset();
  opened_lanes_.reset();
  own_.reset();
}

void Gateway::Post(Lanes& lanes, Lane lane, std::shared_ptr<CallContext> call, Job job) {
  (lane == Lane::kQuick ? lanes.quick : lanes.searches).Post(std::move(call), std::move(job));
}

// ---- the log that is looked at ------------------------------------------------------------------

QString Gateway::OwnLogPath() const {
  if (!files_.audit_path.isEmpty()) return files_.audit_path;
  return QFileInfo(files_.policy_path).absoluteDir().filePath(QStringLiteral("audit.db"));
}

void Gateway::OpenExportedLog(const QString& path) {
  opening_.Cancel();
  opening_lanes_.reset();
  const QString own = QFileInfo(OwnLogPath()).canonicalFilePath();
  if (!own.isEmpty() && QFileInfo(path).canonicalFilePath() == own) return CloseExportedLog();
  GatewayFiles files = files_;
  files.audit_path = QFileInfo(path).absoluteFilePath();
  opening_lanes_ = std::make_unique<Lanes>(*this, OptionsOf(files));
  auto call = std::make_shared<CallContext>();
  opening_ = Call(call);
  Post(*opening_lanes_, Lane::kQuick, call,
       JobOf<ExportedLog>(
           call, this,
           [path = files.audit_path](Service& service, const CallContext& context) {
             return ReadExportedLog(service, context, path);
           },
           [this, path = files.audit_path](absl::StatusOr<ExportedLog> log) {
             TakeOpened(path, std::move(log));
           }));
}

void Gateway::TakeOpened(const QString& path, absl::StatusOr<ExportedLog> log) {
  std::unique_ptr<Lanes> lanes = std::move(opening_lanes_);
  if (!log.ok()) {
    Q_EMIT exportRefused(WhyNotShown(path, log.status()));
    return;
  }
  opened_lanes_ = std::move(lanes);
  opened_ = *std::move(log);
  Q_EMIT logChanged();
}

void Gateway::CloseExportedLog() {
  opening_.Cancel();
  opening_lanes_.reset();
  if (!opened_) return;
  opened_.reset();
  opened_lanes_.reset();
  Q_EMIT logChanged();
}

// ---- its state ----------------------------------------------------------------------------------

void Gateway::SetWatching(bool watching) {
  if (watching == watching_) return;
  watching_ = watching;
  timer_->stop();
  if (watching) Refresh();
}

void Gateway::Refresh() {
  if (asking_) {
    again_ = true;
    return;
  }
  asking_ = true;
  timer_->stop();
  Ask<Answered>(
      this, Lane::kQuick,
      [](Service& service, const CallContext& context) -> absl::StatusOr<Answered> {
        QElapsedTimer timer;
        timer.start();
        auto status = service.Status(context);
        if (!status.ok()) return status.status();
        Answered answered{*std::move(status), {}, {}, 0};
        answered.problem = ProblemOfFiles(answered.status);
        if (IsExport(answered.status.recent_events)) {
          const auto log = ReadExportedLog(service, context,
                                           QString::fromStdString(answered.status.audit_database));
          if (log.ok()) answered.exported = *log;
        }
        if (answered.exported && answered.problem.kind == Kind::kNone) {
          answered.problem = ProblemOfExport(*answered.exported);
        }
        for (const auto& find : {ProblemOfEnforcer, ProblemOfLog}) {
          if (answered.problem.kind == Kind::kNone) answered.problem = find(answered.status);
        }
        answered.took_ms = timer.elapsed();
        return answered;
      },
      [this](absl::StatusOr<Answered> answered) { Take(std::move(answered)); });
}

void Gateway::Take(absl::StatusOr<Answered> answered) {
  asking_ = false;
  qint64 pause_ms = kWatchIntervalMs;
  if (answered.ok()) {
    pause_ms = std::max(pause_ms, kWatchRest * answered->took_ms);
    const std::optional<int64_t> before =
        status_ ? std::optional<int64_t>(status_->revision) : std::nullopt;
    status_ = std::move(answered->status);
    rate_.Take(status_->enforcer.last, absl::Now());
    SetProblem(std::move(answered->problem));
    const bool other_log = answered->exported != own_export_;
    own_export_ = std::move(answered->exported);
    if (other_log && !opened_) Q_EMIT logChanged();
    Q_EMIT statusChanged();
    if (before && *before != status_->revision) Q_EMIT revisionChanged(status_->revision);
  } else {
    SetProblem(ProblemOf(answered.status()));
  }
  if (std::exchange(again_, false)) {
    Refresh();
  } else if (watching_) {
    timer_->start(static_cast<int>(pause_ms));
  }
}

std::optional<double> Gateway::decisions_per_second() const {
  if (!status_ || status_->enforcer.state != EnforcerStatus::State::kRunning) return std::nullopt;
  return rate_.per_second();
}

void Gateway::SetProblem(GatewayProblem problem) {
  if (problem == problem_) return;
  problem_ = std::move(problem);
  Q_EMIT problemChanged();
}

}  // namespace gw::gui
