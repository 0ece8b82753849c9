// TextChips: a list of short texts as chips, in an order that counts: profiles, named ports. What
// text makes a chip is the owner's to say.

#ifndef ADMIN_GUI_VIEWS_TEXT_CHIPS_H_
#define ADMIN_GUI_VIEWS_TEXT_CHIPS_H_

#include <functional>
#include <utility>
#include <vector>

#include <QStringList>

#include "admin-gui/widgets/chip_field.h"

namespace gw::gui {

class TextChips : public ChipField {
  Q_OBJECT

 public:
  // What is wrong with a text, or empty.
  using Check = std::function<QString(const QString& text)>;
  using Offers = std::function<std::vector<Completion>(const QString& begun)>;

  TextChips(const QString& name, const QString& placeholder, QWidget* parent);

  void SetCheck(Check check) { check_ = std::move(check); }
  void SetOffers(Offers offers) { offers_ = std::move(offers); }
  const QStringList& texts() const { return texts_; }
  void SetTexts(const QStringList& texts);  // no signal

 Q_SIGNALS:
  void textsChanged(const QStringList& texts);  // by the user

 protected:
  int ChipCount() const override { return static_cast<int>(texts_.size()); }
  Chip ChipAt(int index) const override;
  QString ChipAsText(int index) const override { return texts_.at(index); }
  void RemoveChip(int index) override;
  bool Commit(const QString& text) override;
  std::vector<Completion> Complete(const QString& text) const override;
  bool EndsTerm(const QString& key) const override;

 private:
  QStringList texts_;
  Check check_;
  Offers offers_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_TEXT_CHIPS_H_
