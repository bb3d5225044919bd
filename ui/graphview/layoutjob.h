// SPDX-License-Identifier: GPL-3.0-or-later
// Lays pictures out on another thread; only the last one asked for is delivered.
#pragma once

#include "ui/graphview/laidpicture.h"

#include <QObject>

#include <cstdint>
#include <list>
#include <thread>

namespace lapidary {

/// Lives on the UI thread. The destructor stops and waits for what still runs, which takes milliseconds.
class LayoutJob : public QObject {
    Q_OBJECT
public:
    explicit LayoutJob(QObject* parent = nullptr);
    ~LayoutJob() override;

    /// Starts; stops and forgets an earlier one. `finished` comes later through the event loop.
    void start(GraphPicture picture, const TextWidths& widths);
    void cancel();
    bool isRunning() const { return m_wanted != 0; }

Q_SIGNALS:
    /// Null when memory ran out.
    void finished(const lapidary::LaidPicturePtr& picture);

private:
    struct Run {
        std::uint64_t number;
        std::jthread thread;
    };
    void deliver(std::uint64_t number, const LaidPicturePtr& picture);

    std::list<Run> m_runs;
    std::uint64_t m_last = 0;
    std::uint64_t m_wanted = 0; ///< the run whose result is awaited; 0: none
};

} // namespace lapidary
