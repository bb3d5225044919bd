// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/axismap.h"
#include "analysis/channelgroups.h"
#include "analysis/shapeelements.h"

namespace lapidary {

/// The work sheet of findChannelGroups: axes of values in atoms, which atoms are one channel, which must stay, what has
/// to be cut. Operators (couple*.cpp) write on it node by node; groupcollector.cpp reads the result.
class Coupler {
public:
    /// One use of a constant along one axis.
    struct Claim {
        NodeId node;
        int input = 0;
        ValueId weight;
        int axis = 0;
        bool couplesOnly = false; ///< makes channels, but only those that came in (depthwise)
        AxisMap map;
    };
    struct Fix {
        ShapeFix::Kind kind;
        NodeId node;
        int axis;
        AxisMap map;
    };
    struct Lock {
        NodeId node;
        std::string reason;
    };
    /// Atoms made together: first and one behind the last.
    struct Range {
        Atom begin = 0;
        Atom end = 0;
    };

    Coupler(const Model& model, const ShapeTable& shapes);

    const Model& model() const { return m_model; }
    const Graph& graph() const { return *m_model.graph; }
    const ShapeTable& shapes() const { return m_shapes; }
    ShapeElements& elements() { return m_elements; }
    std::int64_t opset() const { return m_opset; }

    // Axes.
    AxisMap axis(ValueId value, int axis) const; ///< untracked if nothing is known
    void setAxis(ValueId value, int axis, AxisMap map);
    bool tracked(ValueId value) const; ///< any axis
    /// The axis of a constant, with atoms of its own if it had none.
    AxisMap constantAxis(ValueId value, int axis);
    /// A weight: initializer, Constant, or ConstantOfShape with a constant shape.
    bool isConstant(ValueId value) const;
    AxisMap fresh(std::int64_t size);
    void markMade(const AxisMap& map); ///< its atoms are output channels of a weight

    // Union-find.
    Atom find(Atom atom) const;
    void unite(Atom a, Atom b);
    void unite(const AxisMap& a, const AxisMap& b); ///< precondition: same size
    /// Whether the same channels stand at the same positions, as far as known now.
    bool equal(const AxisMap& a, const AxisMap& b) const;

    // What stays.
    void lock(const AxisMap& map, NodeId node, const std::string& reason);
    void lockValue(ValueId value, NodeId node, const std::string& reason);
    void lockInputs(const Node& node, const std::string& reason);

    // What is cut.
    void claim(const Node& node, int input, int axis, const AxisMap& map, bool couplesOnly = false);
    void fix(ShapeFix::Kind kind, const Node& node, int axis, const AxisMap& map) {
        m_fixes.push_back({kind, node.id, axis, map});
    }
    /// Joins a per-channel operand with a tracked axis: constants get narrower with it, activations couple, anything
    /// else locks. `map` may be untracked: then nothing happens.
    void meet(const Node& node, int input, int axis, const AxisMap& map);

    // The result.
    const std::vector<Claim>& claims() const { return m_claims; }
    const std::vector<Fix>& fixes() const { return m_fixes; }
    const std::vector<Lock>& locks() const { return m_locks; }
    const std::vector<Range>& ranges() const { return m_ranges; }
    const std::vector<AxisMap>* axes(ValueId value) const;
    bool made(Atom atom) const { return m_made[atom]; }
    int lockOf(Atom atom) const { return m_lockOf[find(atom)]; } ///< -1: free
    std::size_t atomCount() const { return m_parent.size(); }

private:
    const Model& m_model;
    const ShapeTable& m_shapes;
    ShapeElements m_elements;
    std::int64_t m_opset = 0;
    std::vector<std::vector<AxisMap>> m_axes; // by value id
    mutable std::vector<Atom> m_parent;
    std::vector<std::int32_t> m_lockOf; // by root
    std::vector<bool> m_made;
    std::vector<Claim> m_claims;
    std::vector<Fix> m_fixes;
    std::vector<Lock> m_locks;
    std::vector<Range> m_ranges;
};

/// "'name' (OpType)" for reasons.
std::string nodeText(const Node& node);

using CoupleFunction = void (*)(Coupler&, const Node&);
/// What the operator does to channel axes; null for operators that are fenced.
CoupleFunction coupleFunctionOf(const Node& node);

// By subject; each file is one idea.
void coupleElementwise(Coupler& c, const Node& node);
void coupleNothing(Coupler& c, const Node& node);
void coupleConv(Coupler& c, const Node& node);
void coupleConvTranspose(Coupler& c, const Node& node);
void coupleGemm(Coupler& c, const Node& node);
void coupleMatMul(Coupler& c, const Node& node);
void coupleEinsum(Coupler& c, const Node& node);
void coupleBatchNorm(Coupler& c, const Node& node);
void coupleGroupNorm(Coupler& c, const Node& node);
void coupleLayerNorm(Coupler& c, const Node& node);
void coupleAxisMixing(Coupler& c, const Node& node);
void coupleNeighbourNorm(Coupler& c, const Node& node);
void coupleReduce(Coupler& c, const Node& node);
void couplePool(Coupler& c, const Node& node);
void coupleResize(Coupler& c, const Node& node);
void couplePad(Coupler& c, const Node& node);
void coupleConcat(Coupler& c, const Node& node);
void coupleSplit(Coupler& c, const Node& node);
void coupleSlice(Coupler& c, const Node& node);
void coupleGather(Coupler& c, const Node& node);
void coupleTranspose(Coupler& c, const Node& node);
void coupleExpand(Coupler& c, const Node& node);
void coupleTile(Coupler& c, const Node& node);
void coupleReshape(Coupler& c, const Node& node);
void coupleDepthToSpace(Coupler& c, const Node& node);
void coupleConstantOfShape(Coupler& c, const Node& node);

/// Axes after a reshape from `from` to `to` (extents, -1 unknown). Splitting an axis couples what must go together;
/// what cannot be followed is locked with `reason`.
std::vector<AxisMap> reshapeAxes(Coupler& c, const std::vector<AxisMap>& axes, const Shape& from, const Shape& to,
                                 NodeId node, const std::string& reason);

} // namespace lapidary
