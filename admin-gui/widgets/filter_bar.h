// FilterBar: the query of a log as chips and text in one field, AND-ed (gui.md §5.5). It knows no
// query language: the page says what a term is and what can be completed.

#ifndef ADMIN_GUI_WIDGETS_FILTER_BAR_H_
#define ADMIN_GUI_WIDGETS_FILTER_BAR_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <QString>

#include "admin-gui/widgets/chip_field.h"

namespace gw::gui {

struct FilterTerm {
  QString field;
  bool negated = false;
  QString value;
  // The sign shown and written between field and value: "is", "<", "has". "is" reads "is not"
  // when negated, others get "not" before. Without field and sign the value is the whole term.
  QString sign = QStringLiteral("is");

  friend bool operator==(const FilterTerm&, const FilterTerm&) = default;
};

class FilterBar : public ChipField {
  Q_OBJECT

 public:
  // The terms of a complete text; none if it is not.
  using ReadTerms = std::function<std::optional<std::vector<FilterTerm>>(const QString& text)>;
  // A term as text that ReadTerms reads.
  using WriteTerm = std::function<QString(const FilterTerm& term)>;
  using CompleteTerm = std::function<std::vector<Completion>(const QString& text)>;
  // What a word between terms does, such as "or".
  enum class Join : uint8_t { kNone, kAll, kAny };
  using ReadJoin = std::function<Join(const QString& text)>;

  explicit FilterBar(const QString& name, QWidget* parent = nullptr);

  // `complete` and `join` may be empty.
  void SetLanguage(ReadTerms read, WriteTerm write, CompleteTerm complete, ReadJoin join = {});

  const std::vector<FilterTerm>& terms() const { return terms_; }
  void SetTerms(const std::vector<FilterTerm>& terms);  // no signal
  void AddTerm(const FilterTerm& term);                 // as if the user had typed it
  // Text that was not made chips.
  void SetText(const QString& text);  // no signal
  // Terms and free text, joined by " and ".
  QString Query() const;
  // There are other completions than when the text was typed.
  void CompletionsChanged();
  void Clear();

 Q_SIGNALS:
  // Terms or committed text changed; `query` is Query().
  void queryChanged(const QString& query);

 protected:
  int ChipCount() const override;
  Chip ChipAt(int index) const override;
  QString ChipAsText(int index) const override;
  void RemoveChip(int index) override;
  bool Commit(const QString& text) override;
  std::vector<Completion> Complete(const QString& text) const override;
  void ToggleChip(int index) override;
  bool EndsTerm(const QString& key) const override;
  bool BackspaceSelects() const override { return false; }
  int LineHeight() const override { return 34; }
  QString LeadingIcon() const override { return QStringLiteral("search"); }
  QString TrailingHint() const override { return QStringLiteral("Ctrl+L"); }
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  bool TakeJoin();

  std::vector<FilterTerm> terms_;
  ReadTerms read_;
  WriteTerm write_;
  CompleteTerm complete_;
  ReadJoin join_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_FILTER_BAR_H_
