// AttentionCard: the overview's list of what needs somebody: fact, cause, and the one thing to do
// (gui.md §4.2, §4.11). GUI thread.

#ifndef ADMIN_GUI_VIEWS_ATTENTION_CARD_H_
#define ADMIN_GUI_VIEWS_ATTENTION_CARD_H_

#include <vector>

#include "admin-gui/session/attention.h"
#include "admin-gui/widgets/card.h"

class QPushButton;
class QScrollArea;

namespace gw::gui {

class AttentionCard : public Card {
  Q_OBJECT

 public:
  explicit AttentionCard(QWidget* parent);

  void ShowItems(const std::vector<AttentionItem>& items, int set_aside);

 Q_SIGNALS:
  void actionAsked(const gw::gui::AttentionItem& item);
  void setAsideAsked(const gw::gui::AttentionItem& item);
  void showAllAsked();

 private:
  QWidget* MakeRow(const AttentionItem& item, QWidget* parent);

  QScrollArea* area_ = nullptr;
  QPushButton* aside_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_ATTENTION_CARD_H_
