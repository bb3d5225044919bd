// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/match/flatgraph.h"
#include "graph/match/nodematch.h"

namespace lapidary::match {

/// The pairs found so far, by positions. Every node is in at most one.
class Pairing {
public:
    Pairing(const FlatGraph& a, const FlatGraph& b)
        : a(a), b(b), m_ofA(a.size(), nowhere), m_ofB(b.size(), nowhere), m_reason(b.size()), m_confidence(b.size()) {}

    const FlatGraph& a;
    const FlatGraph& b;

    std::uint32_t ofA(std::uint32_t x) const { return m_ofA[x]; } ///< position in B, or nowhere
    std::uint32_t ofB(std::uint32_t y) const { return m_ofB[y]; }
    bool isFree(std::uint32_t x, std::uint32_t y) const { return m_ofA[x] == nowhere && m_ofB[y] == nowhere; }
    MatchReason reason(std::uint32_t y) const { return m_reason[y]; }
    float confidence(std::uint32_t y) const { return m_confidence[y]; }
    std::size_t count() const { return m_count; }

    /// False if one of them is taken.
    bool take(std::uint32_t x, std::uint32_t y, MatchReason reason, double confidence) {
        if (!isFree(x, y))
            return false;
        m_ofA[x] = y;
        m_ofB[y] = x;
        m_reason[y] = reason;
        m_confidence[y] = float(confidence);
        ++m_count;
        return true;
    }

private:
    std::vector<std::uint32_t> m_ofA, m_ofB;
    std::vector<MatchReason> m_reason;
    std::vector<float> m_confidence;
    std::size_t m_count = 0;
};

/// Whether two nodes could be one at all: the same operator, or one that does the same kind of thing (a convolution and
/// its fused form, two activations).
bool compatible(const FlatNode& x, const FlatNode& y);

/// How alike two compatible nodes are by themselves, 0..1: operator, weights, attributes, relative depth.
double similarity(const Pairing& pairs, std::uint32_t x, std::uint32_t y);

/// Neighbours matched with each other minus neighbours matched elsewhere, over all: -1..1.
double support(const Pairing& pairs, std::uint32_t x, std::uint32_t y);

// The steps, each in a file of its own. All leave pairs alone that are there already.
void pairByIdentity(Pairing& pairs);
void pairByNames(Pairing& pairs);
void pairBySameNamesOfAnyOperator(Pairing& pairs); ///< what nothing else found
void pairByWeights(Pairing& pairs);
void pairByPlace(Pairing& pairs);
void pairBySurroundings(Pairing& pairs);
void pairNeighbours(Pairing& pairs);
void pairBetween(Pairing& pairs);
void pairSidekicks(Pairing& pairs); ///< constants, quantizers and neutral nodes, by the ports of their hosts
std::vector<AttachedNode> findAttached(const Pairing& pairs);

} // namespace lapidary::match
