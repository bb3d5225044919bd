// SPDX-License-Identifier: GPL-3.0-or-later
// Says of unmatched nodes which matched node they belong to: n-to-1 fusions and what quantization puts around layers.
#include "graph/match/pairing.h"

#include <algorithm>

namespace lapidary::match {

namespace {

/// One graph, seen from the side where a node has no partner.
class Side {
public:
    Side(const Pairing& pairs, bool inB) : m_pairs(pairs), m_graph(inB ? pairs.b : pairs.a), m_inB(inB) {}

    AttachedNode attached(std::uint32_t i) const {
        const auto& flat = m_graph[i];
        switch (flat.kind) {
        case NodeKind::Constant:
            return make(i, hostBelow(i), Attachment::Conversion);
        case NodeKind::Quantizer:
            return make(i, nearest(i), Attachment::Conversion);
        case NodeKind::Neutral:
            return make(i, nearest(i), Attachment::Neutral);
        case NodeKind::Plain:
            break;
        }
        return folded(i);
    }

    bool isLone(std::uint32_t i) const { return partner(i) == nowhere; }

private:
    std::uint32_t partner(std::uint32_t i) const { return m_inB ? m_pairs.ofB(i) : m_pairs.ofA(i); }
    const FlatNode& other(std::uint32_t i) const { return m_inB ? m_pairs.a[partner(i)] : m_pairs.b[partner(i)]; }

    AttachedNode make(std::uint32_t i, std::uint32_t host, Attachment kind) const {
        if (host == nowhere)
            return {};
        return {m_inB, m_graph[i].node->id, m_graph[host].node->id, kind};
    }

    bool isHost(std::uint32_t i) const { return i != nowhere && m_graph[i].isPlain() && partner(i) != nowhere; }

    /// The matched producer through lone nodes, along data inputs.
    std::uint32_t hostAbove(std::uint32_t i) const {
        for (int step = 0; step < 16; ++step) {
            const auto& inputs = m_graph[i].inputs;
            if (inputs.empty() || inputs.front().node == nowhere)
                return nowhere;
            i = inputs.front().node;
            if (isHost(i))
                return i;
            if (partner(i) != nowhere && m_graph[i].isPlain())
                return nowhere;
        }
        return nowhere;
    }

    std::uint32_t hostBelow(std::uint32_t i) const {
        for (int step = 0; step < 16; ++step) {
            if (m_graph[i].outputs.empty())
                return nowhere;
            for (const auto& link : m_graph[i].outputs)
                if (isHost(link.node))
                    return link.node;
            i = m_graph[i].outputs.front().node;
        }
        return nowhere;
    }

    std::uint32_t nearest(std::uint32_t i) const {
        const auto host = hostAbove(i);
        return host != nowhere ? host : hostBelow(i);
    }

    static bool hasWeights(const FlatNode& flat) { return flat.traits && flat.traits->weightInput >= 0 && flat.weight; }

    /// One activation input, the rest constant: scales or shifts channels.
    static bool isAffine(const FlatNode& flat) {
        if (!flat.traits || flat.plainInputs.size() != 1 || !flat.weight)
            return false;
        return flat.traits->flow == ChannelFlow::PerChannel ||
               (flat.traits->flow == ChannelFlow::Elementwise && flat.traits->quantized == QuantizedKernel::Integer);
    }

    /// Whether the partner of a host differs from it in what it computes with: then something may have gone into it.
    bool tookSomething(std::uint32_t host) const {
        const auto &own = m_graph[host], &twin = other(host);
        return own.op != twin.op || own.weights != twin.weights || own.node->inputs.size() != twin.node->inputs.size();
    }

    AttachedNode folded(std::uint32_t i) const {
        const auto& flat = m_graph[i];
        if (isAffine(flat)) {
            const auto above = hostAbove(i);
            if (above != nowhere && m_graph[above].plainOutputs.size() == 1 && hasWeights(m_graph[above]) &&
                tookSomething(above))
                return make(i, above, Attachment::Folded);
            const auto below = hostBelow(i);
            if (below != nowhere && hasWeights(m_graph[below]) && tookSomething(below))
                return make(i, below, Attachment::Folded);
        }
        if (flat.traits && flat.traits->category == OperatorCategory::Activation && flat.plainInputs.size() == 1) {
            const auto above = hostAbove(i);
            if (above == nowhere)
                return {};
            if (m_graph[above].op != other(above).op) // a fused form does it
                return make(i, above, Attachment::Folded);
            if (flat.traits->absorbedByQuantize && isQuantized(other(above)))
                return make(i, above, Attachment::Neutral);
        }
        return {};
    }

    bool isQuantized(const FlatNode& twin) const {
        const auto& graph = m_inB ? m_pairs.a : m_pairs.b;
        return std::any_of(twin.outputs.begin(), twin.outputs.end(),
                           [&](const Link& link) { return graph[link.node].kind == NodeKind::Quantizer; });
    }

    const Pairing& m_pairs;
    const FlatGraph& m_graph;
    const bool m_inB;
};

} // namespace

std::vector<AttachedNode> findAttached(const Pairing& pairs) {
    std::vector<AttachedNode> attached;
    for (const bool inB : {false, true}) {
        const Side side(pairs, inB);
        const auto count = (inB ? pairs.b : pairs.a).size();
        for (std::uint32_t i = 0; i < count; ++i)
            if (side.isLone(i))
                if (const auto found = side.attached(i); found.kind != Attachment::None)
                    attached.push_back(found);
    }
    return attached;
}

} // namespace lapidary::match
