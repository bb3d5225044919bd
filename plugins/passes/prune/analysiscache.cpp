// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysiscache.h"

namespace lapidary {
namespace {

std::uint64_t fingerprint(const Graph& graph, const ShapeTable& shapes) {
    std::uint64_t hash = 14695981039346656037ull; // FNV-1a
    const auto add = [&](std::uint64_t number) { hash = (hash ^ number) * 1099511628211ull; };
    for (std::size_t i = 0; i < graph.valueIdLimit(); ++i) {
        ValueId id;
        id.number = std::uint32_t(i);
        const TensorType* type = shapes.find(id);
        add(type && type->shape ? type->shape->size() + 1 : 0);
        if (type && type->shape)
            for (const std::int64_t extent : *type->shape)
                add(std::uint64_t(extent));
    }
    return hash;
}

} // namespace

std::shared_ptr<const PruneAnalysis> AnalysisCache::of(const ModelPtr& model, const ShapeTable& shapes) {
    const std::uint64_t print = fingerprint(*model->graph, shapes);
    {
        const std::lock_guard lock(m_mutex);
        for (auto entry = m_entries.begin(); entry != m_entries.end(); ++entry)
            if (entry->model == model && entry->shapes == print) {
                m_entries.splice(m_entries.begin(), m_entries, entry);
                return entry->analysis;
            }
    }
    // Two threads may do the same work once; neither waits for the other.
    auto analysis = std::make_shared<const PruneAnalysis>(model, shapes);
    const std::lock_guard lock(m_mutex);
    m_entries.push_front({model, print, analysis});
    if (m_entries.size() > limit)
        m_entries.pop_back();
    return analysis;
}

} // namespace lapidary
