// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/viewhistory.h"

namespace lapidary {

void ViewHistory::visit(const ViewPlace& place) {
    if (const auto* now = present(); now && now->current == place.current && now->selected == place.selected)
        return;
    if (!m_places.empty())
        m_places.resize(m_at + 1);
    m_places.push_back(place);
    if (m_places.size() > limit)
        m_places.erase(m_places.begin());
    m_at = m_places.size() - 1;
}

void ViewHistory::update(const ViewPlace& place) {
    if (!m_places.empty())
        m_places[m_at] = place;
}

void ViewHistory::clear() {
    m_places.clear();
    m_at = 0;
}

} // namespace lapidary
