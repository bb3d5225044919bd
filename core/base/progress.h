// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <memory>
#include <stop_token>
#include <string>

namespace lapidary {

/// What an observer sees of running work.
struct ProgressSnapshot {
    double fraction = 0; ///< 0..1 of the whole
    std::string label;   ///< the innermost thing being done
};

/// Reports how far work is. A handle to shared state: cheap to copy, safe from any thread, never blocks the worker for
/// long. Default constructed: reports go nowhere. Readers poll snapshot() instead of being called back.
class Progress {
public:
    Progress() = default;
    static Progress root();

    /// The part of this progress between `from` and `to` (0..1 of this one), as a progress of its own.
    Progress part(double from, double to, std::string label = {}) const;
    /// Part `index` of `count` equal ones.
    Progress step(std::size_t index, std::size_t count, std::string label = {}) const;

    void set(double fraction) const;
    void label(std::string text) const;
    ProgressSnapshot snapshot() const;

private:
    struct State;
    std::shared_ptr<State> m_state;
    double m_from = 0;
    double m_to = 1;
};

/// What every long operation is given: how to stop it and where to report. Pass by const reference.
struct Work {
    std::stop_token stop;
    Progress progress;

    bool stopRequested() const { return stop.stop_requested(); }
    /// Cancelled failure if a stop was asked for, success otherwise: `if (auto s = work.check(); !s) return s;`
    Status check() const { return stopRequested() ? Status(cancelledDiagnostic()) : Status(); }
    Work part(double from, double to, std::string label = {}) const {
        return {stop, progress.part(from, to, std::move(label))};
    }
    Work step(std::size_t index, std::size_t count, std::string label = {}) const {
        return {stop, progress.step(index, count, std::move(label))};
    }
};

} // namespace lapidary
