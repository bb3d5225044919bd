// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/progress.h"

#include <algorithm>
#include <atomic>
#include <mutex>

namespace lapidary {

struct Progress::State {
    std::atomic<double> fraction = 0;
    std::mutex mutex;
    std::string label;
};

Progress Progress::root() {
    Progress progress;
    progress.m_state = std::make_shared<State>();
    return progress;
}

Progress Progress::part(double from, double to, std::string text) const {
    Progress child = *this;
    child.m_from = m_from + (m_to - m_from) * from;
    child.m_to = m_from + (m_to - m_from) * to;
    if (!text.empty())
        child.label(std::move(text));
    return child;
}

Progress Progress::step(std::size_t index, std::size_t count, std::string text) const {
    const double n = double(std::max<std::size_t>(count, 1));
    return part(double(index) / n, double(index + 1) / n, std::move(text));
}

void Progress::set(double fraction) const {
    if (m_state)
        m_state->fraction.store(m_from + (m_to - m_from) * std::clamp(fraction, 0.0, 1.0), std::memory_order_relaxed);
}

void Progress::label(std::string text) const {
    if (!m_state)
        return;
    const std::lock_guard lock(m_state->mutex);
    m_state->label = std::move(text);
}

ProgressSnapshot Progress::snapshot() const {
    if (!m_state)
        return {};
    const std::lock_guard lock(m_state->mutex);
    return {m_state->fraction.load(std::memory_order_relaxed), m_state->label};
}

} // namespace lapidary
