// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "importance.h"

#include <map>
#include <memory>
#include <mutex>

namespace lapidary {

/// What pruning needs to know about a model whatever the parameters: groups, their layers, what may not be emptied, and
/// importances (found when first asked for). Immutable but for that; any thread.
class PruneAnalysis {
public:
    PruneAnalysis(ModelPtr model, const ShapeTable& shapes);

    const Model& model() const { return *m_model; }
    const ModelPtr& modelPtr() const { return m_model; }
    const ChannelGroups& groups() const { return m_groups; }
    /// Nodes that make the group's channels, in graph order, each once.
    const std::vector<NodeId>& layers(GroupIndex group) const { return m_layers[group]; }
    /// Sets of channels of which one must stay: what stands on an axis of its own behind Split, Slice or Concat.
    const std::vector<std::vector<std::uint32_t>>& parts(GroupIndex group) const { return m_parts[group]; }
    /// Output positions that one channel of the group takes in its first layer (grouped layers: more than one).
    std::uint32_t width(GroupIndex group) const { return m_width[group]; }
    /// Whether a residual sum carries the group's channels: cutting them narrows every block that the stream runs
    /// through.
    bool isStream(GroupIndex group) const { return m_stream[group]; }
    /// What stands on the channel axis of the node's first output; null: no channels there.
    const ValueAxis* outputAxis(NodeId node) const;

    /// By group: counts when the first half of its channels goes, nothing else; empty where none can go. Found when
    /// first asked for. Fails with "base.cancelled".
    using HalfCuts = std::shared_ptr<const std::vector<CutSummary>>;
    Result<HalfCuts> halfCuts(const Work& work = {}) const;

    using Scores = std::shared_ptr<const std::vector<GroupScores>>;
    /// Without data.
    Result<Scores> scores(Importance importance, std::uint64_t seed = 0, const Work& work = {}) const;
    /// Scores from calibration data found before and kept under `key`, or the newest with an empty key; null: none.
    Scores dataScores(Importance importance, const std::string& key) const;
    void keepDataScores(Importance importance, const std::string& key, Scores scores) const;

private:
    void findLayers();
    void findParts();
    void findStreams(const ShapeTable& shapes);

    ModelPtr m_model;
    ChannelGroups m_groups;
    std::vector<std::vector<NodeId>> m_layers;
    std::vector<std::vector<std::vector<std::uint32_t>>> m_parts;
    std::vector<std::uint32_t> m_width;
    std::vector<bool> m_stream;
    std::vector<std::int32_t> m_outputAxis; // by node id: index in groups().values
    mutable std::mutex m_mutex;
    mutable HalfCuts m_halfCuts;
    mutable std::map<std::pair<Importance, std::uint64_t>, Scores> m_scores;
    mutable std::map<Importance, std::pair<std::string, Scores>> m_dataScores;
};

} // namespace lapidary
