// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"

#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>

namespace lapidary {

/// Small work whose newest answer counts, such as a preview that follows a slider: starting again cancels and forgets what
/// was under way. Results arrive on the receiver's thread. UI thread only.
template <typename T>
class Latest {
public:
    explicit Latest(QObject* receiver) : m_receiver(receiver) { m_pool.setMaxThreadCount(1); }
    ~Latest() {
        cancel();
        m_pool.waitForDone();
    }

    void start(std::function<T(const Work&)> work, std::function<void(T)> done) {
        cancel();
        m_stop = std::make_shared<std::stop_source>();
        m_pool.clear();
        m_pool.start([this, stop = m_stop, work = std::move(work), done = std::move(done)] {
            Work context;
            context.stop = stop->get_token();
            auto answer = std::make_shared<Answer>(work(context));
            if (context.stopRequested())
                return;
            answer->whole.store(true, std::memory_order_release);
            QMetaObject::invokeMethod(
                m_receiver,
                [stop, answer, done] {
                    if (answer->whole.load(std::memory_order_acquire) && !stop->stop_requested())
                        done(std::move(answer->value));
                },
                Qt::QueuedConnection);
        });
    }

    void cancel() {
        if (m_stop)
            m_stop->request_stop();
    }

private:
    /// Qt's queue orders writing before reading by means the thread sanitizer does not see; the flag is what it sees.
    struct Answer {
        explicit Answer(T given) : value(std::move(given)) {}
        T value;
        std::atomic<bool> whole = false;
    };

    QObject* m_receiver; ///< owns this, so it outlives it
    std::shared_ptr<std::stop_source> m_stop;
    QThreadPool m_pool;
};

} // namespace lapidary
