// KnownRows: endpoints and network sets, each by its name with its labels as chips below.

#ifndef ADMIN_GUI_VIEWS_KNOWN_ROWS_H_
#define ADMIN_GUI_VIEWS_KNOWN_ROWS_H_

#include <vector>

#include <QString>
#include <QVBoxLayout>
#include <QWidget>

#include "common/policy/known_addresses.h"

namespace gw::gui {

class KnownRows : public QWidget {
  Q_OBJECT

 public:
  explicit KnownRows(const QString& name, QWidget* parent = nullptr);
  void Set(const std::vector<KnownObject>& objects);

 Q_SIGNALS:
  void labelChosen(const QString& key, const QString& value);

 private:
  QVBoxLayout* rows_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_KNOWN_ROWS_H_
