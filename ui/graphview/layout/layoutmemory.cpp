// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/layoutmemory.h"

#include <bit>

namespace lapidary {
namespace {

constexpr std::size_t mostNodes = 4096;

/// Two multiplicative hashes side by side (FNV-1a with a stronger last step, and a 64-bit finaliser after Vigna's
/// splitmix64). Not meant to withstand an attacker: a clash would only draw a part wrongly.
class Hasher {
public:
    void add(std::uint64_t value) {
        m_key.a = (m_key.a ^ value) * 0x100000001b3ULL;
        m_key.a ^= m_key.a >> 29U;
        std::uint64_t mixed = m_key.b + value + 0x9e3779b97f4a7c15ULL;
        mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebULL;
        m_key.b = mixed ^ (mixed >> 31U);
    }
    void add(double value) { add(std::bit_cast<std::uint64_t>(value)); }
    LayoutMemory::Key key() const { return m_key; }

private:
    LayoutMemory::Key m_key{0xcbf29ce484222325ULL, 0};
};

} // namespace

LayoutMemory::Key LayoutMemory::keyOf(const layout::Part& part, const LayoutOptions& options) {
    Hasher hasher;
    const auto number = [&](auto value) { hasher.add(static_cast<std::uint64_t>(value)); };
    for (const double value : {options.nodeGap, options.edgeGap, options.layerGap})
        hasher.add(value);
    for (const std::size_t value : {std::size_t(options.sweeps), options.swapWork, options.bendsPerNode})
        number(value);
    number(options.coarse);
    number(part.sizes.size());
    for (std::size_t i = 0; i < part.sizes.size(); ++i) {
        hasher.add(part.sizes[i].width);
        hasher.add(part.sizes[i].height);
        number(part.hasLoop[i]);
        number(part.border.empty() ? layout::Border::None : part.border[i]);
        number(!part.fixedPorts.empty() && part.fixedPorts[i]);
        hasher.add(part.spine.empty() ? 0.0 : part.spine[i]);
    }
    for (const layout::DownEdge& edge : part.edges) {
        number(edge.upper);
        number(edge.lower);
        number(edge.bundle);
        hasher.add(static_cast<double>(edge.upperAt));
        hasher.add(static_cast<double>(edge.lowerAt));
    }
    return hasher.key();
}

bool LayoutMemory::isWorthKeeping(const layout::Part& part) {
    return part.sizes.size() > 1 && part.sizes.size() <= mostNodes;
}

layout::PartLayoutPtr LayoutMemory::find(const Key& key) {
    if (const auto it = m_drawings.find(key); it != m_drawings.end())
        return it->second;
    if (!m_before)
        return nullptr;
    const auto it = m_before->m_drawings.find(key);
    if (it == m_before->m_drawings.end())
        return nullptr;
    ++m_reused;
    m_drawings.emplace(key, it->second);
    return it->second;
}

} // namespace lapidary
