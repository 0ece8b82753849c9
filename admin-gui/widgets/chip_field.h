// ChipField: chips and then free text in one field; the base of LabelChips and FilterBar, which say
// what text makes a chip. Keys: Backspace at the start reaches the last chip, Left and Right walk
// the chips, Delete removes, F2 opens a chip as text.

#ifndef ADMIN_GUI_WIDGETS_CHIP_FIELD_H_
#define ADMIN_GUI_WIDGETS_CHIP_FIELD_H_

#include <vector>

#include <QLineEdit>
#include <QString>
#include <QWidget>

#include "admin-gui/widgets/completion_popup.h"
#include "admin-gui/widgets/paint.h"

namespace gw::gui {

class ChipField : public QWidget {
  Q_OBJECT

 public:
  explicit ChipField(const QString& name, QWidget* parent = nullptr);

  QLineEdit* edit() const { return edit_; }
  CompletionPopup* popup() const { return popup_; }
  int selected_chip() const { return selected_; }  // -1: none
  void SetReadOnly(bool read_only);
  bool read_only() const { return read_only_; }
  // A message turns the edge to deny; shown below the field. Empty: no error.
  void SetError(const QString& message);
  QString error() const { return error_; }

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;

 protected:
  struct Chip {
    ChipText text;
    ChipLook look;
  };
  virtual int ChipCount() const = 0;
  virtual Chip ChipAt(int index) const = 0;
  virtual QString ChipAsText(int index) const = 0;
  virtual void RemoveChip(int index) = 0;
  // Makes chips of the whole text if it is complete. False: stays text.
  virtual bool Commit(const QString& text) = 0;
  virtual std::vector<Completion> Complete(const QString& text) const = 0;
  // The user clicked on the sign of a chip.
  virtual void ToggleChip(int index) { Q_UNUSED(index); }
  // Keys that end a term, beside Return and Tab.
  virtual bool EndsTerm(const QString& key) const = 0;
  // The first press of Backspace selects the chip (true) or opens it as text at once (false).
  virtual bool BackspaceSelects() const { return true; }
  // Height of a field with one line of chips.
  virtual int LineHeight() const { return 36; }
  // Icon before the first chip, and a hint at the right ("Ctrl+L").
  virtual QString LeadingIcon() const { return {}; }
  virtual QString TrailingHint() const { return {}; }

  // Derived classes call it after their chips changed.
  void ChipsChanged();
  void OfferCompletions();

  bool eventFilter(QObject* watched, QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct Places {
    std::vector<QRect> chips;
    QRect edit;
    int field_height = 0;
  };
  Places Arrange(int width) const;
  bool EditKey(QKeyEvent* event);
  bool WalkChips(QKeyEvent* event);
  void Select(int index);
  void OpenAsText(int index);
  bool CommitText();
  void Layout();
  void DropFocusedChip();

  QLineEdit* edit_ = nullptr;
  CompletionPopup* popup_ = nullptr;
  int selected_ = -1;
  bool read_only_ = false;
  QString error_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_CHIP_FIELD_H_
