// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/grapheditor.h"
#include "halfweights.h"
#include "precisionrules.h"

#include <map>
#include <set>

namespace lapidary {

struct HalfOptions {
    DataType type = DataType::Float16; ///< BFloat16: weights only
    bool keepIoTypes = true;
    std::set<std::string> blocked;
    std::map<NodeId, std::string> keptFloat; ///< further nodes that stay in float32, and why
    std::set<ValueId> tooLarge;              ///< values that float16 cannot hold
    bool dry = false;
};

/// What a conversion gives; the graph is not yet finished so that both modes end the same way.
struct HalfResult {
    GraphPtr graph;
    ShapeTable shapes; ///< of the new graph, batch 1
    std::vector<LayerReport> layers;
    std::vector<FencedNode> fenced;
    std::set<NodeId> changed;
    HalfError error; ///< over all weights
};

/// Everything that can compute in float16 does. Fails with "float16.opset" and what the editor says.
Result<HalfResult> convertToHalf(const PassInput& input, const HalfOptions& options, const Work& work);
/// Weights are stored in float16 and widened by a Cast where they are used; computation stays as it is.
Result<HalfResult> storeWeightsAsHalf(const PassInput& input, const HalfOptions& options, const Work& work);

/// Every floating point value has one home precision; the other form is made once, when somebody needs it.
class HalfConverter {
public:
    HalfConverter(const PassInput& input, const HalfOptions& options);
    Result<HalfResult> convert(const Work& work);

private:
    void chooseNodes();
    void keepSharedConstants();
    void convertInputs();
    void chooseConstants();
    void convertNode(NodeId id);
    void convertOutputs(Node& node);
    void fixAttributes(Node& node);
    void dropNeutralCasts();

    bool isFloat(ValueId id) const { return id.valid() && m_result.shapes.type(id) == DataType::Float; }
    bool isGraphConstant(ValueId id) const; ///< an initializer no caller can replace
    bool needsName(ValueId id) const;       ///< its name must stay a float32: output, or captured by a subgraph
    PortPrecision port(const Node& node, std::size_t input) const;
    ValueId half(ValueId id);
    ValueId full(ValueId id);
    ValueId addCast(ValueId from, DataType to, const std::string& name);
    void setType(ValueId id, DataType type, ValueId like);

    const PassInput& m_input;
    const HalfOptions& m_options;
    GraphEditor m_editor;
    HalfResult m_result;
    std::set<NodeId> m_converted;
    std::map<ValueId, ValueId> m_half; ///< float16 form of an original value
    std::map<ValueId, ValueId> m_full; ///< float32 form of a value whose home is float16
    std::set<ValueId> m_halfConstants; ///< constants used by converted nodes only: changed in place
    std::map<NodeId, HalfError> m_errors;
    std::map<ValueId, HalfError> m_constantErrors;
};

} // namespace lapidary
