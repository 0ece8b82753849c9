// HeaderBar and StatusLine: the lines above and below the content (gui.md §2). GUI thread.

#ifndef ADMIN_GUI_VIEWS_HEADER_BAR_H_
#define ADMIN_GUI_VIEWS_HEADER_BAR_H_

#include <QPushButton>
#include <QToolButton>
#include <QWidget>

#include "admin-gui/views/page.h"

class QHBoxLayout;
class QMenu;

namespace gw::gui {

class TextLabel;

class HeaderBar : public QWidget {
  Q_OBJECT

 public:
  explicit HeaderBar(QWidget* parent);

  // Title or breadcrumb, fact and tools of `page`. Tools stay owned by their page.
  void ShowPage(const Page& page);
  void SetMenu(QMenu* menu);

 Q_SIGNALS:
  void backWanted();  // a click on the first part of a breadcrumb

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QPushButton* parent_title_ = nullptr;
  TextLabel* title_ = nullptr;
  TextLabel* subtitle_ = nullptr;
  QHBoxLayout* tools_ = nullptr;
  QToolButton* menu_ = nullptr;
  QList<QWidget*> shown_tools_;
};

// At the left what is enforced, at the right how much comes up; each part leads to its page.
class StatusLine : public QWidget {
  Q_OBJECT

 public:
  explicit StatusLine(QWidget* parent);

  void ShowStatus(const Gateway& gateway);

 Q_SIGNALS:
  void chosen(const gw::gui::Destination& destination);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QPushButton* MakePart(const QString& icon, Destination::Place place);
  void ShowCounts(const Gateway& gateway);
  void Fit();

  QHBoxLayout* row_ = nullptr;
  QPushButton* state_ = nullptr;
  QPushButton* revision_ = nullptr;
  QPushButton* fail_mode_ = nullptr;
  QPushButton* problem_ = nullptr;
  QPushButton* rate_ = nullptr;
  QPushButton* live_flows_ = nullptr;
  QPushButton* lost_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_HEADER_BAR_H_
