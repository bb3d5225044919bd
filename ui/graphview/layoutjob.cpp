// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layoutjob.h"

#include <utility>

namespace lapidary {

LayoutJob::LayoutJob(QObject* parent) : QObject(parent) {}

LayoutJob::~LayoutJob() {
    for (Run& run : m_runs)
        run.thread.request_stop();
    m_runs.clear();
}

void LayoutJob::start(GraphPicture picture, const TextWidths& widths) {
    cancel();
    const std::uint64_t number = ++m_last;
    m_wanted = number;
    std::jthread thread([this, number, widths, picture = std::move(picture)](const std::stop_token& stop) mutable {
        LaidPicturePtr laid = LaidPicture::make(std::move(picture), widths, stop);
        // Safe although `this` is used from here: the destructor waits for this thread.
        QMetaObject::invokeMethod(
            this, [this, number, laid = std::move(laid)] { deliver(number, laid); }, Qt::QueuedConnection);
    });
    m_runs.push_back({number, std::move(thread)});
}

void LayoutJob::cancel() {
    for (Run& run : m_runs)
        run.thread.request_stop();
    m_wanted = 0;
}

void LayoutJob::deliver(std::uint64_t number, const LaidPicturePtr& picture) {
    m_runs.remove_if([number](const Run& run) { return run.number == number; });
    if (number != m_wanted)
        return;
    m_wanted = 0;
    Q_EMIT finished(picture);
}

} // namespace lapidary
