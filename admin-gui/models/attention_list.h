// AttentionList: what needs attention at a gateway under the working copy (session/attention.h),
// found anew when something changes while it is shown, without what was set aside. GUI thread.

#ifndef ADMIN_GUI_MODELS_ATTENTION_LIST_H_
#define ADMIN_GUI_MODELS_ATTENTION_LIST_H_

#include <vector>

#include <QObject>
#include <QStringList>

#include "admin-gui/session/attention.h"
#include "admin-gui/session/gateway.h"
#include "admin-gui/session/policy_session.h"

class QTimer;

namespace gw::gui {

class AttentionList : public QObject {
  Q_OBJECT

 public:
  AttentionList(Gateway& gateway, PolicySession& session, QObject* parent = nullptr);

  // Nothing is asked while it is not shown.
  void SetActive(bool active);
  void Refresh();

  bool answered() const { return answered_; }
  // By harm, most first; without what was set aside.
  const std::vector<AttentionItem>& items() const { return items_; }
  int set_aside_count() const { return set_aside_count_; }

  // Not shown until the fact changes; kept over runs, for this gateway.
  void SetAside(const AttentionItem& item);
  void ShowAllAgain();

 Q_SIGNALS:
  void changed();

 private:
  struct Answer;

  void RefreshSoon();
  void Take(Answer answer);
  void Arrange();
  QStringList Aside() const;
  void KeepAside(const QStringList& identities) const;

  Gateway& gateway_;
  PolicySession& session_;
  QTimer* soon_ = nullptr;
  QTimer* again_ = nullptr;  // interfaces come and go without a signal
  Call call_;
  bool active_ = false;
  bool answered_ = false;
  std::vector<AttentionItem> found_;
  std::vector<AttentionItem> items_;
  int set_aside_count_ = 0;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_ATTENTION_LIST_H_
