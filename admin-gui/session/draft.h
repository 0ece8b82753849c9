// The working copy on disk: what was edited and not applied yet, so that neither closing the window
// nor a crash loses it. One JSON file a gateway, replaced whole. GUI thread.

#ifndef ADMIN_GUI_SESSION_DRAFT_H_
#define ADMIN_GUI_SESSION_DRAFT_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include <QDateTime>
#include <QString>
#include <QStringList>

#include "common/policy/model.h"
#include "common/service/service.h"

class QLockFile;

namespace gw::gui {

// Text that is not valid yet and so is in no resource: kept, shown again, and in the way of Apply.
struct FieldDraft {
  ResourceKey resource;
  QString field;  // Calico's path, as in Problem::field
  QString text;
  QString message;  // what is wrong with it

  friend bool operator==(const FieldDraft&, const FieldDraft&) = default;
};

struct Draft {
  int64_t base_revision = 0;
  QDateTime saved_at;
  // Against that revision. With `before`, so that a newer revision can be told apart from it
  // whatever became of the old one.
  std::vector<ResourceDifference> changes;
  QStringList steps;  // names, oldest first
  std::vector<FieldDraft> fields;

  bool empty() const { return changes.empty() && fields.empty(); }
};

// Writes beside and renames: a full disk leaves the draft of before. An empty draft removes the
// file. Unavailable, in words.
absl::Status WriteDraft(const QString& path, const Draft& draft);

// NotFound if there is none. DataLoss if it cannot be understood; it then was put aside as
// PATH.damaged, for people.
absl::StatusOr<Draft> ReadDraft(const QString& path);

// The file that is this session's own while the object lives: of several windows on one gateway
// each has its draft, and after a crash the next one finds it.
class DraftPlace {
 public:
  explicit DraftPlace(const QString& policy_path);
  ~DraftPlace();

  const QString& path() const { return path_; }

 private:
  QString path_;
  std::unique_ptr<QLockFile> lock_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_DRAFT_H_
