// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/viewplace.h"

#include <vector>

namespace lapidary {

/// Places somebody has been to, as a browser keeps them: going somewhere new forgets what lay ahead. Plain value.
class ViewHistory {
public:
    static constexpr std::size_t limit = 200;

    /// A new place; the same node as at the present one changes nothing.
    void visit(const ViewPlace& place);
    /// The present place looks different now (scrolled, zoomed).
    void update(const ViewPlace& place);
    void clear();

    bool canGoBack() const { return m_at > 0; }
    bool canGoForward() const { return m_at + 1 < m_places.size(); }
    /// Precondition: canGoBack(), canGoForward().
    const ViewPlace& back() { return m_places[--m_at]; }
    const ViewPlace& forward() { return m_places[++m_at]; }
    /// Null before the first visit.
    const ViewPlace* present() const { return m_places.empty() ? nullptr : &m_places[m_at]; }
    std::size_t size() const { return m_places.size(); }

private:
    std::vector<ViewPlace> m_places;
    std::size_t m_at = 0;
};

} // namespace lapidary
