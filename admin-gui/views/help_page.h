// HelpPage: what a page is for, and every key (gui.md §4: F1, Ctrl+?). GUI thread.

#ifndef ADMIN_GUI_VIEWS_HELP_PAGE_H_
#define ADMIN_GUI_VIEWS_HELP_PAGE_H_

#include "admin-gui/views/page.h"

class QVBoxLayout;

namespace gw::gui {

class TextLabel;

class HelpPage : public Page {
  Q_OBJECT

 public:
  HelpPage(Gateway& gateway, PolicySession& session, QWidget* parent);

  QString title() const override { return tr("Help"); }
  QStringList breadcrumb() const override {
    return about_.isEmpty() ? QStringList() : QStringList{about_};
  }
  // "about": the title of a page, "place": its Place as int, "keys": QStringList of "keys\twhat
  // they do", those of the window's menus.
  void Show(const QVariantMap& arguments) override;

 private:
  QString about_;
  TextLabel* words_ = nullptr;
  QVBoxLayout* keys_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_HELP_PAGE_H_
