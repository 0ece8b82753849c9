// FieldNote: what is wrong with the field above it, with the remedy as a link. Shown 500 ms after
// the last key, or at once; hidden as soon as the text is right.

#ifndef ADMIN_GUI_VIEWS_FIELD_NOTE_H_
#define ADMIN_GUI_VIEWS_FIELD_NOTE_H_

#include <optional>

#include <QTimer>
#include <QWidget>

#include "admin-gui/models/rule_text.h"

class QPushButton;

namespace gw::gui {

class TextLabel;

class FieldNote : public QWidget {
  Q_OBJECT

 public:
  explicit FieldNote(QWidget* parent);

  void Show(const std::optional<TextProblem>& problem);  // at once
  void ShowSoon(const std::optional<TextProblem>& problem);
  const std::optional<TextProblem>& problem() const { return problem_; }

 Q_SIGNALS:
  void remedyAsked(const QString& remedied);

 private:
  void ShowNow();

  TextLabel* message_ = nullptr;
  QPushButton* remedy_ = nullptr;
  QTimer quiet_;
  std::optional<TextProblem> problem_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_FIELD_NOTE_H_
