// The four steps of FirstRunPage (first_run_page.h): what was found, what each interface is for,
// how strict to begin, what will be written. Each keeps what was chosen. GUI thread.

#ifndef ADMIN_GUI_VIEWS_FIRST_RUN_STEPS_H_
#define ADMIN_GUI_VIEWS_FIRST_RUN_STEPS_H_

#include <vector>

#include <QAbstractButton>
#include <QWidget>

#include "admin-gui/models/setup_choices.h"

class QButtonGroup;
class QComboBox;
class QGridLayout;
class QListWidget;
class QPlainTextEdit;
class QTabWidget;

namespace gw::gui {

class LabelChips;
class TextLabel;

class InterfacesStep : public QWidget {
  Q_OBJECT

 public:
  explicit InterfacesStep(QWidget* parent);
  void ShowChoices(const std::vector<SetupChoice>& choices);

 private:
  QGridLayout* grid_ = nullptr;
  QWidget* rows_ = nullptr;
};

class RolesStep : public QWidget {
  Q_OBJECT

 public:
  explicit RolesStep(QWidget* parent);
  // Interfaces that are there already keep what was chosen for them.
  void Propose(const std::vector<SetupChoice>& proposed);
  const std::vector<SetupChoice>& choices() const { return choices_; }
  QComboBox* role_box(const std::string& interface) const;

 Q_SIGNALS:
  void changed();

 private:
  void MakeRows();
  void SetRole(size_t index, SetupRole role);

  std::vector<SetupChoice> choices_;
  QWidget* rows_ = nullptr;
  std::vector<QComboBox*> boxes_;
  std::vector<LabelChips*> labels_;
};

// A card that is a radio button: title, what it means, in lines.
class ChoiceCard : public QAbstractButton {
  Q_OBJECT

 public:
  ChoiceCard(const QString& title, const QString& line, const QString& more, QWidget* parent);
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString line_;
  QString more_;
};

class TemplateStep : public QWidget {
  Q_OBJECT

 public:
  struct Card {
    QString title;
    QString line;  // "Nothing is blocked. You see what happens."
    QString more;  // what guests, LAN and internet may reach
  };
  TemplateStep(const std::vector<Card>& cards, QWidget* parent);
  int chosen() const;  // the first at the beginning
  QAbstractButton* card(int index) const;

 private:
  QButtonGroup* group_ = nullptr;
};

class ReviewStep : public QWidget {
  Q_OBJECT

 public:
  explicit ReviewStep(QWidget* parent);
  // A line of the list: what it is about (icon, name) and a sentence.
  struct Line {
    QString icon;
    QString name;
    QString sentence;
  };
  // `connection` says how the user stays connected; empty: nothing to say.
  void ShowResources(const std::vector<Line>& lines, const QString& yaml,
                     const QString& connection);
  int line_count() const;
  QString yaml() const;

 private:
  QTabWidget* tabs_ = nullptr;
  QListWidget* list_ = nullptr;
  QPlainTextEdit* yaml_ = nullptr;
  TextLabel* connection_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_FIRST_RUN_STEPS_H_
