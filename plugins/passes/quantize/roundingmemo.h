// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "int8plan.h"

#include <mutex>
#include <optional>
#include <string>

namespace lapidary {

/// The rounded weights of the model looked at last. How a weight is rounded does not depend on which other layers
/// become 8 bits, so that trying one choice of layers after the other (guard, culprits) sees the data once. Any thread.
class RoundingMemo {
public:
    /// `weight`: its name, for models of the same content need not agree in ids. `key`: all that the rounding of the
    /// model's weights depends on; empty: not known, nothing is kept.
    std::optional<Int8Rounding> find(const std::string& key, const std::string& weight) const;
    bool has(const std::string& key, const std::string& weight) const;
    /// Another key than before forgets what was kept. Keeps no more than fits into `mostBytes`.
    void keep(const std::string& key, const std::string& weight, const Int8Rounding& rounding);

    static constexpr std::size_t mostBytes = std::size_t(96) << 20;

private:
    mutable std::mutex m_mutex;
    std::string m_key;
    std::map<std::string, Int8Rounding> m_kept;
    std::size_t m_bytes = 0;
};

} // namespace lapidary
