// ChangeLines: what a change does to a resource, for people: its title, a short line, and the lines
// of the diff in words and as YAML. Used by Review and apply and by History. GUI thread.

#ifndef ADMIN_GUI_VIEWS_CHANGE_LINES_H_
#define ADMIN_GUI_VIEWS_CHANGE_LINES_H_

#include <vector>

#include <QString>
#include <QStringList>

#include "admin-gui/widgets/diff_view.h"
#include "common/policy/model.h"
#include "common/service/service.h"

namespace gw::gui {

// "Policy", "Endpoint", "Network set", ...
QString KindWord(ResourceKind kind);
// "Policy guest-internet"
QString ChangeTitle(const ResourceKey& key);
// "1 rule edited, 1 added", "2 rules", "labels changed"
QString ChangeSummary(const ResourceDifference& difference);

enum class ChangeKind : uint8_t { kNew, kEdited, kDeleted };
ChangeKind KindOfChange(const ResourceDifference& difference);

// A resource as sentences, one a line; rules last, each a line. `model` gives tiers their order.
struct ResourceWords {
  QStringList facts;
  QStringList ingress;
  QStringList egress;
};
ResourceWords WordsOf(const Model& model, const Resource& resource);

// `before` and `after` are the models that the two sides of the difference stand in.
std::vector<DiffLine> LinesInWords(const Model& before, const Model& after,
                                   const ResourceDifference& difference);
std::vector<DiffLine> LinesInYaml(const ResourceDifference& difference);

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_CHANGE_LINES_H_
