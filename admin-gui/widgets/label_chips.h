// LabelChips: the labels of a thing as chips, edited in place (gui.md §5.1).

#ifndef ADMIN_GUI_WIDGETS_LABEL_CHIPS_H_
#define ADMIN_GUI_WIDGETS_LABEL_CHIPS_H_

#include <functional>
#include <utility>
#include <vector>

#include <QString>

#include "admin-gui/widgets/chip_field.h"
#include "common/policy/model.h"

namespace gw::gui {

// Uses of keys (empty `key`), or of the values of `key`, most used first.
struct LabelUse {
  QString text;
  int uses = 0;
};
using LabelUses = std::function<std::vector<LabelUse>(const QString& key)>;

class LabelChips : public ChipField {
  Q_OBJECT

 public:
  // `name` as "Labels of cameras".
  explicit LabelChips(const QString& name, QWidget* parent = nullptr);

  void SetCompletion(LabelUses uses) { uses_ = std::move(uses); }
  const Labels& labels() const { return labels_; }
  void SetLabels(const Labels& labels);  // no signal
  // Several rows are selected: keys whose value differs, and how many of the rows have the key
  // ("3 of 5"). Shown dashed after the labels, until the user sets the key.
  void SetMixed(const std::vector<std::pair<QString, QString>>& mixed);

 Q_SIGNALS:
  void labelsChanged(const gw::Labels& labels);  // by the user

 protected:
  int ChipCount() const override;
  Chip ChipAt(int index) const override;
  QString ChipAsText(int index) const override;
  void RemoveChip(int index) override;
  bool Commit(const QString& text) override;
  std::vector<Completion> Complete(const QString& text) const override;
  bool EndsTerm(const QString& key) const override;

 private:
  Labels labels_;
  std::vector<std::pair<QString, QString>> mixed_;
  LabelUses uses_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_LABEL_CHIPS_H_
