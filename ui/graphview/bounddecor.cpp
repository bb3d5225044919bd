// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/bounddecor.h"

#include <utility>

namespace lapidary {

BoundDecor::BoundDecor(GraphDecorPtr decor, const LaidPicture& picture) : m_decor(std::move(decor)) {
    if (!m_decor || m_decor->nodes.empty())
        return;
    m_slot.assign(picture.nodeCount(), -1);
    for (std::size_t i = 0; i < m_decor->nodes.size(); ++i)
        if (const auto node = picture.indexOf(m_decor->nodes[i].id))
            m_slot[*node] = static_cast<std::int32_t>(i);
}

} // namespace lapidary
