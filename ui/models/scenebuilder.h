// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/graphpicturebuilder.h"

#include <map>

namespace lapidary {

/// Makes one picture. `ids` may be null: then there are no groups.
class SceneBuilder {
public:
    SceneBuilder(const AnalysedModel& model, PictureIdsPtr ids, const GroupState& state, LayoutDirection direction,
                 ConstantNodes constants);
    GraphScene build();

private:
    static constexpr std::uint32_t none = 0xffffffffu;

    /// A graph on the screen: the main one, or a body whose owner is open.
    struct Place {
        std::int32_t instance = 0;
        const Graph* graph = nullptr;
        ShapeTable shapes;
        std::vector<std::uint32_t> source;  ///< by value: the picture's node that makes it
        std::vector<std::uint32_t> shown;   ///< by node: the picture's node that shows it
        std::vector<bool> folded;           ///< by node: a constant that stands in its readers
        std::vector<std::uint32_t> outputs; ///< by place among the graph's outputs
        std::uint32_t begin = 0, end = 0;   ///< the picture's nodes in it
    };
    struct Source {
        std::uint32_t node = 0;
        std::uint32_t port = 0;
        std::string label;
    };

    const GraphInstance& instance(const Place& place) const { return m_ids->hierarchy().instance(place.instance); }
    std::int32_t closedOver(const Place& place, NodeId node) const;
    bool isOwner(std::int32_t group, const Place& place, NodeId node) const;
    bool isOpenOwner(const Place& place, NodeId node) const;
    bool isFolded(const Place& place, const Node& node) const;
    NodeId readerOf(const Place& place, NodeId constant) const;
    void addFrames(const GroupState& state);
    void addPlace(std::int32_t instance, const Graph& graph, ShapeTable shapes);
    void addInputs(Place& place);
    void addOutputs(Place& place);
    void addNodes(Place& place);
    void addBodies(const Place& place, const Node& node, std::int32_t control);
    std::uint32_t addPort(const Place& place, ValueId id, NodeCategory category);
    std::uint32_t addNode(const Place& place, const Node& node, std::int32_t group);
    std::uint32_t closedNode(std::int32_t group);
    std::string shapeLabel(const Place& place, ValueId id) const;

    void addEdges(const Place& place);
    void addInputEdges(const Place& place, const Node& node);
    void addBodyEdges(const Place& place, const Node& node, std::int32_t control);
    void addCaptures(const Place& place);
    void addGateEdges();
    void listFolded();
    void listLines();
    void sourcesOf(const Place& place, ValueId value, std::vector<Source>& found) const;
    void bodySources(const Place& place, const Node& node, ValueId value, std::vector<Source>& found) const;
    void connect(const Place& place, ValueId value, std::uint32_t to, std::uint32_t port, bool dashed);
    void addEdge(Source from, std::uint32_t to, std::uint32_t port, bool dashed);

    const AnalysedModel& m_model;
    PictureIdsPtr m_ids;
    bool m_fold;
    GraphScene m_scene;
    std::vector<std::int32_t> m_frame;               ///< by group: the innermost frame it stands in, or is
    std::vector<std::vector<std::int32_t>> m_bodies; ///< by Control group: instances
    std::vector<std::unique_ptr<Place>> m_places;    ///< by instance; null: not on the screen
    std::map<std::int32_t, std::uint32_t> m_closed;  ///< by group: the picture's node
    std::map<std::int32_t, std::uint32_t> m_gates;   ///< by Control group: the picture's node
    std::vector<bool> m_isClosed;                    ///< by picture node
    struct Merged {
        std::size_t edge = 0;
        std::vector<std::uint32_t> ports;
    };
    std::map<std::pair<std::uint32_t, std::uint32_t>, Merged> m_merged; ///< edges at closed groups, by their ends
};

} // namespace lapidary
