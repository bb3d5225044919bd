// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/isolate.h"

#include <utility>

namespace lapidary {
namespace {

constexpr std::size_t maxSteps = 2'000'000;
constexpr std::uint32_t hidden = 0xffffffffu;

class Isolation {
public:
    Isolation(const GraphPicture& whole, const std::unordered_set<std::uint32_t>& ids) : m_whole(whole) {
        m_place.assign(whole.nodes.size(), hidden);
        for (std::uint32_t i = 0; i < whole.nodes.size(); ++i) {
            if (ids.count(whole.nodes[i].id) == 0)
                continue;
            m_place[i] = static_cast<std::uint32_t>(m_picture.nodes.size());
            m_picture.nodes.push_back(whole.nodes[i]);
            m_picture.nodes.back().group = -1;
        }
        m_picture.direction = whole.direction;
        m_ways.resize(whole.nodes.size());
        for (const PictureEdge& edge : whole.edges)
            if (edge.from < m_ways.size() && edge.to < m_ways.size())
                m_ways[edge.from].push_back(edge.to);
    }

    bool isEmpty() const { return m_picture.nodes.empty(); }

    GraphPicture take(const std::string& label) {
        for (const PictureEdge& edge : m_whole.edges) {
            if (edge.from >= m_place.size() || edge.to >= m_place.size() || m_place[edge.from] == hidden ||
                m_place[edge.to] == hidden)
                continue;
            PictureEdge kept = edge;
            kept.from = m_place[edge.from];
            kept.to = m_place[edge.to];
            m_picture.edges.push_back(std::move(kept));
        }
        m_seen.assign(m_whole.nodes.size(), hidden);
        for (std::uint32_t i = 0; i < m_whole.nodes.size() && m_steps < maxSteps; ++i)
            if (m_place[i] != hidden)
                searchFrom(i, label);
        return std::move(m_picture);
    }

private:
    /// Breadth first through hidden nodes; every shown node met is the end of a dashed line.
    void searchFrom(std::uint32_t start, const std::string& label) {
        std::vector<std::uint32_t> ring;
        const auto enter = [&](std::uint32_t node, std::vector<std::uint32_t>& next) {
            if (std::exchange(m_seen[node], start) != start)
                next.push_back(node);
        };
        for (const std::uint32_t to : m_ways[start])
            if (m_place[to] == hidden)
                enter(to, ring);
        for (int length = 1; !ring.empty() && m_steps < maxSteps; ++length) {
            std::vector<std::uint32_t> next;
            for (const std::uint32_t node : ring)
                for (const std::uint32_t to : m_ways[node]) {
                    ++m_steps;
                    if (m_place[to] == hidden)
                        enter(to, next);
                    else if (to != start && std::exchange(m_seen[to], start) != start)
                        addDashed(start, to, length, label);
                }
            ring = std::move(next);
        }
    }

    void addDashed(std::uint32_t from, std::uint32_t to, int length, std::string label) {
        PictureEdge edge;
        edge.from = m_place[from];
        edge.to = m_place[to];
        // A port of its own for each: these lines carry no common value.
        edge.fromPort = 0x80000000u + static_cast<std::uint32_t>(m_picture.edges.size());
        edge.toPort = 0x80000000u;
        edge.dashed = true;
        if (const auto at = label.find("%1"); at != std::string::npos)
            label.replace(at, 2, std::to_string(length));
        edge.label = std::move(label);
        m_picture.edges.push_back(std::move(edge));
    }

    const GraphPicture& m_whole;
    GraphPicture m_picture;
    std::vector<std::uint32_t> m_place; ///< index in the reduced picture
    std::vector<std::vector<std::uint32_t>> m_ways;
    std::vector<std::uint32_t> m_seen;
    std::size_t m_steps = 0;
};

} // namespace

GraphPicture isolatedPicture(const GraphPicture& whole, const std::unordered_set<std::uint32_t>& ids,
                             const std::string& hiddenLabel) {
    Isolation isolation(whole, ids);
    return isolation.isEmpty() ? whole : isolation.take(hiddenLabel);
}

} // namespace lapidary
