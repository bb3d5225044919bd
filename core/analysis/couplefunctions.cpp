// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/coupler.h"
#include "graph/operatortraits.h"

#include <unordered_map>

namespace lapidary {
namespace {

const std::unordered_map<std::string_view, CoupleFunction>& functions() {
    static const std::unordered_map<std::string_view, CoupleFunction> table{
        {"Conv", coupleConv},
        {"ConvTranspose", coupleConvTranspose},
        {"Gemm", coupleGemm},
        {"MatMul", coupleMatMul},
        {"Einsum", coupleEinsum},
        {"BatchNormalization", coupleBatchNorm},
        {"InstanceNormalization", coupleBatchNorm},
        {"GroupNormalization", coupleGroupNorm},
        {"LayerNormalization", coupleLayerNorm},
        {"RMSNormalization", coupleLayerNorm},
        {"SimplifiedLayerNormalization", coupleLayerNorm},
        {"PRelu", coupleElementwise},
        {"Softmax", coupleAxisMixing},
        {"LogSoftmax", coupleAxisMixing},
        {"Hardmax", coupleAxisMixing},
        {"LpNormalization", coupleAxisMixing},
        {"CumSum", coupleAxisMixing},
        {"TopK", coupleAxisMixing},
        {"LRN", coupleNeighbourNorm},
        {"MeanVarianceNormalization", coupleNeighbourNorm},
        {"Resize", coupleResize},
        {"Upsample", coupleResize},
        {"Pad", couplePad},
        {"Concat", coupleConcat},
        {"Split", coupleSplit},
        {"Slice", coupleSlice},
        {"Gather", coupleGather},
        {"Transpose", coupleTranspose},
        {"Expand", coupleExpand},
        {"Tile", coupleTile},
        {"Reshape", coupleReshape},
        {"Flatten", coupleReshape},
        {"Squeeze", coupleReshape},
        {"Unsqueeze", coupleReshape},
        {"DepthToSpace", coupleDepthToSpace},
        {"SpaceToDepth", coupleDepthToSpace},
        {"ConstantOfShape", coupleConstantOfShape},
        {"Constant", coupleNothing},
        {"Shape", coupleNothing},
        {"Size", coupleNothing},
    };
    return table;
}

} // namespace

CoupleFunction coupleFunctionOf(const Node& node) {
    if (node.hasSubgraphs())
        return nullptr;
    if (node.isOnnx())
        if (const auto found = functions().find(node.opType); found != functions().end())
            return found->second;
    const OperatorTraits* traits = traitsOf(node);
    if (!traits)
        return nullptr;
    if (traits->elementwise)
        return coupleElementwise;
    if (traits->category == OperatorCategory::Pool && traits->flow == ChannelFlow::Spatial)
        return couplePool;
    return traits->flow == ChannelFlow::Reduces ? coupleReduce : nullptr;
}

} // namespace lapidary
