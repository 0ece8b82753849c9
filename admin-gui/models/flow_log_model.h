// FlowLogModel: the flow log as rows, newest first: decisions, a line where the day changes, and
// notes for events. It knows as much of the log as the view has scrolled through and holds the
// records of the pages around the view only: a page that is far away keeps its keys and is read
// again when it is looked at. Nothing is ever counted. Of an exported log nothing is awaited. GUI
// thread; reading happens in the gateway's worker.

#ifndef ADMIN_GUI_MODELS_FLOW_LOG_MODEL_H_
#define ADMIN_GUI_MODELS_FLOW_LOG_MODEL_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include <QAbstractTableModel>
#include <QTimer>

#include "admin-gui/models/flow_names.h"
#include "admin-gui/models/flow_pages.h"
#include "admin-gui/models/flow_words.h"
#include "admin-gui/session/gateway.h"

namespace gw::gui {

class FlowLogModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column : int {
    kTime,
    kVerdict,
    kSource,
    kDestination,
    kService,
    kPath,
    kDecidedBy,
    kBytes,     // both ways; empty until the flow has ended
    kDuration,  // from the first packet to the last
    kColumnCount,
  };
  enum class RowKind : uint8_t { kFlow, kDay, kEvent, kGap, kUnread };
  // Of any column, unless it says otherwise.
  enum Role : int {
    kKind = Qt::UserRole,  // int, RowKind
    kId,                   // qint64, of flows
    kMilliseconds,         // qint64 since the epoch
    kLook,                 // int, FlowLook
    kName,                 // QString: of source, destination or service
    kAddress,              // QString: address, or "443/tcp"
    kNote,                 // QString: the words of a row that is no flow
    kStagedWords,          // QString, kDecidedBy: "Would be denied", else empty
    kFigure,               // qint64, kBytes: bytes, kDuration: nanoseconds; none until the end
  };

  explicit FlowLogModel(Gateway& gateway, QObject* parent = nullptr);
  ~FlowLogModel() override;

  // Begins at the top with another question. What was there stays until the answer is; of another
  // log (Gateway::logChanged) nothing stays, and it is to be asked.
  void Ask(FlowLogQuestion question);
  const FlowLogQuestion& question() const { return question_; }
  void SetNames(std::shared_ptr<const FlowNames> names);
  // Never null.
  const std::shared_ptr<const FlowNames>& names() const { return names_; }
  void Restart();
  // Ends what is being read; what is there stays.
  void Stop();

  // Looks for what arrives. Not at first.
  void SetWatching(bool watching);
  // Rows arrive at the top. Paused: they are counted only.
  void SetLive(bool live);
  bool live() const { return live_; }
  qint64 newer_count() const { return newer_count_; }
  bool sampling() const { return sampling_; }

  bool loading() const { return loading_; }
  bool complete() const { return complete_; }  // the oldest that fits was read
  // Set if the search stopped there, where nothing is sure yet about what is older.
  std::optional<absl::Time> searched_to() const;
  // Goes on with it. By itself the search goes on only below rows that are looked at.
  void SearchOn();
  bool asked() const { return answered_; }  // the first answer to the question is there
  // Flows that were found; the number that match once complete().
  qint64 flow_count() const { return flow_count_; }
  // Null for rows that are no flow, or not read now.
  const AuditRecord* record(int row) const;
  int RowOf(int64_t id) const;  // -1 if it is not among the rows

  // What the view shows: pages about it are read, others forgotten.
  void SetVisible(int first, int last);
  size_t pages_held() const;  // for tests: pages whose records are in memory

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  bool canFetchMore(const QModelIndex& parent) const override;
  void fetchMore(const QModelIndex& parent) override;

 Q_SIGNALS:
  void stateChanged();  // loading, complete, flow_count
  void restarted();     // other rows than before
  void newerChanged();  // newer_count, sampling
  void failed(const QString& message);

 private:
  // A row that is no flow stands before record `before` of its page.
  struct Note {
    RowKind kind = RowKind::kEvent;
    size_t before = 0;
    qint64 milliseconds = 0;
    QString words;
  };
  struct Page {
    int64_t start = 0;  // number of its first row; row = start - that of the first page
    int64_t newest_id = 0;
    int64_t oldest_id = 0;
    // Where the page below begins; 0 if nothing can be below.
    int64_t next_id = 0;
    absl::Time read_to;                // events too
    bool searched = false;             // only as far as that, as the time was over
    size_t count = 0;                  // of records
    std::vector<AuditRecord> records;  // empty: forgotten
    std::vector<Note> notes;           // by place
    bool fixed = false;                // a sample, which cannot be read again by its keys
    bool asked = false;

    size_t rows() const { return count + notes.size(); }
    bool held() const { return !records.empty() || count == 0; }
  };
  struct Place {
    const Page* page = nullptr;
    const Note* note = nullptr;
    const AuditRecord* record = nullptr;
  };

  void Begin();
  void AskPage();
  void TakeFirst(FlowPage page);
  void TakeNext(FlowPage page);
  void AskAgain(size_t index);
  void TakeAgain(int64_t newest_id, FlowPage page);
  void Poll();
  void TakeBatch(FlowBatch batch);
  void PrependBatch(FlowBatch batch);
  void TrimBottom();
  void Forget();
  void Fail(const absl::Status& status);

  // `newer` is the time of the row above the page.
  static Page MakePage(FlowPage page, absl::Time newer);
  size_t PageIndexOf(int row) const;
  int FirstRowOf(size_t page) const;
  absl::Time OldestTime() const;
  Place PlaceOf(int row) const;
  QVariant FlowData(const AuditRecord& record, int column, int role) const;
  QVariant NoteData(const Note& note, int role) const;
  QString AccessibleText(const AuditRecord& record) const;
  QString CellText(const AuditRecord& record, int column) const;

  Gateway& gateway_;
  FlowLogQuestion question_;
  std::shared_ptr<const FlowNames> names_ = std::make_shared<FlowNames>();
  std::deque<Page> pages_;
  Call reading_;
  Call polled_;
  QTimer poll_timer_;
  int64_t newest_id_ = 0;
  int64_t newest_event_ = 0;
  qint64 newer_count_ = 0;
  qint64 flow_count_ = 0;
  int log_ = 0;  // counts the logs that were looked at
  int visible_first_ = 0;
  int visible_last_ = 0;
  bool live_ = true;
  bool sampling_ = false;
  bool loading_ = false;
  bool polling_ = false;
  bool changing_ = false;  // rows come or go: where the next page begins is not settled
  bool complete_ = false;
  bool answered_ = false;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_FLOW_LOG_MODEL_H_
