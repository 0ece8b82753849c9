// EndpointPicker: a field to name one end of a connection: an endpoint, a device, a set or a plain
// address (gui.md §5.8). The page supplies what there is.

#ifndef ADMIN_GUI_WIDGETS_ENDPOINT_PICKER_H_
#define ADMIN_GUI_WIDGETS_ENDPOINT_PICKER_H_

#include <functional>
#include <utility>
#include <vector>

#include <QLineEdit>
#include <QString>

#include "admin-gui/widgets/completion_popup.h"

namespace gw::gui {

struct PickerEntry {
  QString group;  // "Endpoints"; entries of a group follow each other
  QString icon;
  QString name;
  QString address;  // what is picked; may be empty where the name is
  QString labels;   // "role = guest, zone = inside"
  QString hardware_address;
};

class EndpointPicker : public QLineEdit {
  Q_OBJECT

 public:
  explicit EndpointPicker(const QString& name, QWidget* parent = nullptr);

  void SetEntries(std::vector<PickerEntry> entries) { entries_ = std::move(entries); }
  // For a typed address that is no entry: the sets that hold it, shown beside "Use 8.8.8.8".
  void SetSetsOf(std::function<QString(const QString& address)> sets) { sets_ = std::move(sets); }
  // The address picked or typed, as text; empty if it is none.
  QString address() const { return address_; }
  void SetAddress(const QString& address);  // shows the name if there is an entry; no signal

 Q_SIGNALS:
  void picked(const QString& address);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  std::vector<Completion> Matching(const QString& text) const;
  void Offer();
  void Take(const QString& address);

  std::vector<PickerEntry> entries_;
  std::function<QString(const QString&)> sets_;
  CompletionPopup* popup_ = nullptr;
  QString address_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_ENDPOINT_PICKER_H_
