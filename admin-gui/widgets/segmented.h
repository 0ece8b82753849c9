// Segmented: one of a few choices side by side, the chosen one raised. Arrow keys change it; each
// segment is a radio button to assistive technology.

#ifndef ADMIN_GUI_WIDGETS_SEGMENTED_H_
#define ADMIN_GUI_WIDGETS_SEGMENTED_H_

#include <QButtonGroup>
#include <QString>
#include <QStringList>
#include <QWidget>

namespace gw::gui {

class Segmented : public QWidget {
  Q_OBJECT

 public:
  // `name` is the accessible name of the whole ("Range").
  explicit Segmented(const QString& name, QWidget* parent = nullptr);
  Segmented(const QString& name, const QStringList& texts, QWidget* parent = nullptr);

  void AddSegment(const QString& text, const QString& icon = {});
  int current() const;         // -1 if none
  void SetCurrent(int index);  // no signal
  void SetSegmentEnabled(int index, bool enabled, const QString& why = {});
  int count() const;

 Q_SIGNALS:
  void currentChanged(int index);  // by the user

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QButtonGroup* group_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_SEGMENTED_H_
