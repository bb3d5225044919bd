// SPDX-License-Identifier: GPL-3.0-or-later
// Lays pictures out on another thread; only the last one asked for is delivered. One that takes long is delivered
// twice: coarsely at first.
#pragma once

#include "ui/graphview/laidpicture.h"

#include <QObject>

#include <chrono>
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

    /// Starts; stops and forgets an earlier one. `finished` comes later through the event loop. What `previous` has
    /// too keeps its order; it may be null.
    void start(GraphPicture picture, const TextWidths& widths, LaidPicturePtr previous = {});
    void cancel();
    bool isRunning() const { return m_wanted != 0; }
    /// How long a layout may take before a coarse one is made beside it.
    void setPatience(std::chrono::milliseconds patience) { m_patience = patience; }

Q_SIGNALS:
    /// A coarse picture, if `finished` is still some time off; comes at most once, and before it.
    void preliminary(const lapidary::LaidPicturePtr& picture);
    /// Null when memory ran out.
    void finished(const lapidary::LaidPicturePtr& picture);

private:
    struct Run {
        std::uint64_t number;
        std::jthread thread;
    };
    void run(std::uint64_t number, GraphPicture picture, const TextWidths& widths, const LaidPicturePtr& previous,
             std::chrono::milliseconds patience, const std::stop_token& stop);
    void deliverCoarse(std::uint64_t number, const LaidPicturePtr& picture);
    void deliver(std::uint64_t number, const LaidPicturePtr& picture);

    std::list<Run> m_runs;
    std::chrono::milliseconds m_patience{300};
    std::uint64_t m_last = 0;
    std::uint64_t m_wanted = 0; ///< the run whose result is awaited; 0: none
};

} // namespace lapidary
