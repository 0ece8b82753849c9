#include "admin-gui/session/worker.h"

#include <utility>

#include <QMetaObject>

#include "common/base/check.h"

namespace gw::gui {

Gateway::Worker::Worker(Gateway& gateway, LocalServiceOptions options)
    : gateway_(gateway), options_(std::move(options)), thread_([this] { Run(); }) {}

Gateway::Worker::~Worker() {
  Cancel();
  thread_.join();
}

void Gateway::Worker::Post(std::shared_ptr<CallContext> call, Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    waiting_.push_back({std::move(call), std::move(job)});
  }
  asked_.notify_one();
}

void Gateway::Worker::Cancel() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (running_ != nullptr) running_->Cancel();
    for (const Question& question : waiting_) question.call->Cancel();
  }
  asked_.notify_one();
}

bool Gateway::Worker::Next(Question* question) {
  std::unique_lock lock(mutex_);
  running_.reset();
  asked_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
  // What still waits is destroyed in the GUI thread, with the worker.
  if (stopping_) return false;
  *question = std::move(waiting_.front());
  waiting_.pop_front();
  running_ = question->call;
  return true;
}

void Gateway::Worker::Answer(Service& service, Question question) {
  std::function<void()> answer;
  if (!question.call->cancelled()) answer = question.job(service);
  // The job goes back with its answer: what it holds belongs to the GUI thread and dies there.
  // INVARIANT: the gateway lives, its destructor joins this thread.
  QMetaObject::invokeMethod(
      &gateway_,
      [answer = std::move(answer), job = std::move(question.job)] {
        if (answer) answer();
      },
      Qt::QueuedConnection);
}

void Gateway::Worker::Run() {
  auto service = OpenLocalService(options_);
  // Refuses only an empty path, which Gateway replaces.
  GW_CHECK(service.ok());
  Question question;
  while (Next(&question)) Answer(**service, std::exchange(question, {}));
}

}  // namespace gw::gui
