// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layoutjob.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

namespace lapidary {

LayoutJob::LayoutJob(QObject* parent) : QObject(parent) {}

LayoutJob::~LayoutJob() {
    for (Run& run : m_runs)
        run.thread.request_stop();
    m_runs.clear();
}

void LayoutJob::start(GraphPicture picture, const TextWidths& widths, LaidPicturePtr previous) {
    cancel();
    const std::uint64_t number = ++m_last;
    m_wanted = number;
    std::jthread thread([this, number, widths, patience = m_patience, previous = std::move(previous),
                         picture = std::move(picture)](const std::stop_token& stop) mutable {
        run(number, std::move(picture), widths, std::exchange(previous, nullptr), patience, stop);
    });
    m_runs.push_back({number, std::move(thread)});
}

/// On a thread of its own. Using `this` is safe: the destructor waits for the thread.
void LayoutJob::run(std::uint64_t number, GraphPicture picture, const TextWidths& widths,
                    const LaidPicturePtr& previous, std::chrono::milliseconds patience, const std::stop_token& stop) {
    LaidPicturePtr laid;
    try {
        const auto shared = LaidPicture::withoutLooseEdges(std::move(picture));
        std::jthread quick([&](const std::stop_token& done) {
            std::mutex mutex;
            std::unique_lock lock(mutex);
            std::condition_variable_any waiting;
            waiting.wait_for(lock, done, patience, [] { return false; });
            LaidPicturePtr coarse =
                done.stop_requested() ? nullptr : LaidPicture::make(shared, widths, {previous, true}, done);
            if (coarse)
                QMetaObject::invokeMethod(
                    this, [this, number, coarse = std::move(coarse)] { deliverCoarse(number, coarse); },
                    Qt::QueuedConnection);
        });
        const std::stop_callback both(stop, [&quick] { quick.request_stop(); });
        laid = LaidPicture::make(shared, widths, {previous, false}, stop);
    } catch (const std::exception&) { // memory or threads ran out
        laid = nullptr;
    }
    QMetaObject::invokeMethod(
        this, [this, number, laid = std::move(laid)] { deliver(number, laid); }, Qt::QueuedConnection);
}

void LayoutJob::cancel() {
    for (Run& run : m_runs)
        run.thread.request_stop();
    m_wanted = 0;
}

void LayoutJob::deliverCoarse(std::uint64_t number, const LaidPicturePtr& picture) {
    if (number == m_wanted)
        Q_EMIT preliminary(picture);
}

void LayoutJob::deliver(std::uint64_t number, const LaidPicturePtr& picture) {
    m_runs.remove_if([number](const Run& run) { return run.number == number; });
    if (number != m_wanted)
        return;
    m_wanted = 0;
    Q_EMIT finished(picture);
}

} // namespace lapidary
