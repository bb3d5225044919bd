// SPDX-License-Identifier: GPL-3.0-or-later
#include "roundingmemo.h"

namespace lapidary {

std::optional<Int8Rounding> RoundingMemo::find(const std::string& key, const std::string& weight) const {
    const std::lock_guard lock(m_mutex);
    const auto at = m_kept.find(weight);
    return key == m_key && at != m_kept.end() ? std::optional(at->second) : std::nullopt;
}

bool RoundingMemo::has(const std::string& key, const std::string& weight) const {
    const std::lock_guard lock(m_mutex);
    return key == m_key && m_kept.contains(weight);
}

void RoundingMemo::keep(const std::string& key, const std::string& weight, const Int8Rounding& rounding) {
    const std::lock_guard lock(m_mutex);
    if (key.empty())
        return;
    if (key != m_key) {
        m_kept.clear();
        m_bytes = 0;
        m_key = key;
    }
    const std::size_t bytes = (rounding.values.size() + rounding.scales.size()) * sizeof(float);
    if (m_bytes + bytes <= mostBytes && m_kept.try_emplace(weight, rounding).second)
        m_bytes += bytes;
}

} // namespace lapidary
