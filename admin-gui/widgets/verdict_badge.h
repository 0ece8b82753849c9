// VerdictBadge: what happened to traffic, as a badge, plain words or the icon alone (gui.md §3.3).

#ifndef ADMIN_GUI_WIDGETS_VERDICT_BADGE_H_
#define ADMIN_GUI_WIDGETS_VERDICT_BADGE_H_

#include <QString>
#include <QWidget>

#include "admin-gui/widgets/verdict.h"

namespace gw::gui {

// Any badge: "Edited", "New", "Staged".
class Badge : public QWidget {
  Q_OBJECT

 public:
  enum class Form : uint8_t { kFilled, kPlain, kIcon };

  explicit Badge(QWidget* parent = nullptr);
  void Set(const QString& icon, const QString& words, Role strong, Role soft);
  void SetForm(Form form);
  QString words() const { return words_; }
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString icon_;
  QString words_;
  Role strong_ = Role::kText;
  Role soft_ = Role::kSunken;
  Form form_ = Form::kFilled;
};

class VerdictBadge : public Badge {
  Q_OBJECT

 public:
  explicit VerdictBadge(VerdictState state, QWidget* parent = nullptr);
  void SetState(VerdictState state);
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_VERDICT_BADGE_H_
