// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/diffpicture.h"

#include <QCoreApplication>

#include <algorithm>
#include <numeric>

namespace lapidary {

namespace {

constexpr std::uint32_t foldBit = 0x60000000u;
constexpr std::size_t leastFolded = 3;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lapidary::DiffPicture)
};

class Fold {
public:
    Fold(const DiffPicture& full, int context, const std::set<std::uint32_t>& opened)
        : m_full(full), m_opened(opened), m_count(full.picture.nodes.size()), m_kept(m_count), m_level(m_count),
          m_root(m_count), m_out(m_count) {
        for (std::size_t e = 0; e < full.picture.edges.size(); ++e)
            m_out[full.picture.edges[e].from].push_back(e);
        keep(context);
        levels();
        join();
    }

    DiffPicture build() {
        DiffPicture result;
        result.picture.direction = m_full.picture.direction;
        result.entryOf = m_full.entryOf;
        result.idOf = m_full.idOf;
        std::vector<std::vector<std::uint32_t>> runs(m_count);
        for (std::uint32_t i = 0; i < m_count; ++i)
            if (!m_kept[i])
                runs[find(i)].push_back(i);
        std::vector<std::uint32_t> index(m_count);
        for (std::uint32_t i = 0; i < m_count; ++i) {
            const auto& run = m_kept[i] ? std::vector<std::uint32_t>() : runs[find(i)];
            const auto id = run.empty() ? 0 : m_full.picture.nodes[run.front()].id | foldBit;
            const bool whole = run.size() < leastFolded || m_opened.count(id);
            if (!whole && run.front() != i)
                continue;
            const auto at = std::uint32_t(result.picture.nodes.size());
            result.picture.nodes.push_back(whole ? m_full.picture.nodes[i] : runNode(id, run));
            result.nodeDiffs.push_back(whole ? m_full.nodeDiffs[i] : DiffMark::Unchanged);
            if (whole) {
                index[i] = at;
                continue;
            }
            for (const auto member : run) {
                index[member] = at;
                result.folded[id].push_back(m_full.picture.nodes[member].id);
            }
        }
        edges(result, index);
        return result;
    }

private:
    void keep(int context) {
        for (std::size_t i = 0; i < m_count; ++i) {
            const auto category = m_full.picture.nodes[i].category;
            m_kept[i] = m_full.nodeDiffs[i] != DiffMark::Unchanged || category == NodeCategory::Input ||
                        category == NodeCategory::Output;
        }
        std::vector<bool> changed(m_count);
        for (std::size_t i = 0; i < m_count; ++i)
            changed[i] = m_full.nodeDiffs[i] != DiffMark::Unchanged;
        for (std::size_t e = 0; e < m_full.picture.edges.size(); ++e)
            if (m_full.edgeDiffs[e] != DiffMark::Unchanged) // ends of rewired lines are part of what changed
                m_kept[m_full.picture.edges[e].from] = m_kept[m_full.picture.edges[e].to] = true;
        for (int step = 0; step < context; ++step) {
            const auto before = changed;
            for (const auto& edge : m_full.picture.edges) {
                if (before[edge.from])
                    changed[edge.to] = m_kept[edge.to] = true;
                if (before[edge.to])
                    changed[edge.from] = m_kept[edge.from] = true;
            }
        }
    }

    /// The most kept nodes on a way from above. Unchanged nodes of one number that touch can be one node: a way from
    /// such a run through a kept node only ever leads to higher numbers, so that no cycle comes about.
    void levels() {
        std::vector<std::size_t> waiting(m_count);
        for (const auto& edge : m_full.picture.edges)
            ++waiting[edge.to];
        std::vector<std::size_t> ready;
        for (std::size_t i = 0; i < m_count; ++i)
            if (waiting[i] == 0)
                ready.push_back(i);
        for (std::size_t at = 0; at < ready.size(); ++at)
            for (const auto e : m_out[ready[at]]) {
                const auto to = m_full.picture.edges[e].to;
                m_level[to] = std::max(m_level[to], m_level[ready[at]] + (m_kept[ready[at]] ? 1 : 0));
                if (--waiting[to] == 0)
                    ready.push_back(to);
            }
    }

    std::uint32_t find(std::uint32_t i) {
        while (m_root[i] != i)
            i = m_root[i] = m_root[m_root[i]];
        return i;
    }

    void join() {
        std::iota(m_root.begin(), m_root.end(), 0u);
        for (const auto& edge : m_full.picture.edges)
            if (!m_kept[edge.from] && !m_kept[edge.to] && m_level[edge.from] == m_level[edge.to]) {
                const auto p = find(edge.from), q = find(edge.to);
                m_root[std::max(p, q)] = std::min(p, q);
            }
    }

    PictureNode runNode(std::uint32_t id, const std::vector<std::uint32_t>& run) const {
        PictureNode node;
        node.id = id;
        node.title = Words::tr("… %n unchanged", nullptr, int(run.size())).toStdString();
        node.name = Words::tr("%1 to %2; double-click opens it")
                        .arg(QString::fromStdString(m_full.picture.nodes[run.front()].name),
                             QString::fromStdString(m_full.picture.nodes[run.back()].name))
                        .toStdString();
        node.members = std::uint32_t(run.size());
        return node;
    }

    void edges(DiffPicture& result, const std::vector<std::uint32_t>& index) const {
        std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> seen;
        for (std::size_t e = 0; e < m_full.picture.edges.size(); ++e) {
            auto edge = m_full.picture.edges[e];
            const bool inner = index[edge.from] == index[edge.to] && edge.from != edge.to;
            const bool bundled = result.picture.nodes[index[edge.from]].members > 0;
            edge.from = index[edge.from];
            edge.to = index[edge.to];
            if (inner || (bundled && !seen.emplace(edge.from, edge.to, edge.fromPort).second))
                continue;
            result.picture.edges.push_back(std::move(edge));
            result.edgeDiffs.push_back(m_full.edgeDiffs[e]);
        }
    }

    const DiffPicture& m_full;
    const std::set<std::uint32_t>& m_opened;
    const std::size_t m_count;
    std::vector<bool> m_kept;
    std::vector<std::uint32_t> m_level, m_root;
    std::vector<std::vector<std::size_t>> m_out;
};

} // namespace

DiffPicture foldUnchanged(const DiffPicture& full, int context, const std::set<std::uint32_t>& opened) {
    return Fold(full, context, opened).build();
}

} // namespace lapidary
