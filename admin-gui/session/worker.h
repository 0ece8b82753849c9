// Gateway's worker: a thread with a Service of its own, which answers one question after the other.

#ifndef ADMIN_GUI_SESSION_WORKER_H_
#define ADMIN_GUI_SESSION_WORKER_H_

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "admin-gui/session/gateway.h"
#include "common/service/local_service.h"

namespace gw::gui {

// Made, asked and destroyed in the GUI thread. Answers run there, as events of `gateway`.
class Gateway::Worker {
 public:
  Worker(Gateway& gateway, LocalServiceOptions options);
  ~Worker();  // cancels and waits
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void Post(std::shared_ptr<CallContext> call, Job job);
  // Cancels what runs and what waits; takes nothing more.
  void Cancel();

 private:
  struct Question {
    std::shared_ptr<CallContext> call;
    Job job;
  };

  void Run();
  // False: no more.
  bool Next(Question* question);
  void Answer(Service& service, Question question);

  Gateway& gateway_;
  const LocalServiceOptions options_;
  std::mutex mutex_;
  // The rest of the members is guarded by mutex_.
  std::condition_variable asked_;
  std::deque<Question> waiting_;
  std::shared_ptr<CallContext> running_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_WORKER_H_
