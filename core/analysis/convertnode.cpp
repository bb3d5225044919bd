// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/raiseopset.h"

#include <algorithm>
#include <map>

namespace lapidary {

namespace {

Diagnostic refuse(std::string why) {
    return errorDiagnostic("pass.opset", std::move(why));
}

/// Rewrites one node. The versions are those in which ONNX changed the operator (operator changelog of the standard).
class Converter {
public:
    Converter(GraphEditor& editor, const Node& node, std::int64_t from, std::int64_t target, const ShapeTable& shapes)
        : m_editor(editor), m_old(node), m_node(node), m_from(from), m_target(target), m_shapes(shapes) {}

    Result<bool> convert() {
        bool changed = false;
        const auto [first, last] = changes().equal_range(m_old.opType);
        for (auto change = first; change != last; ++change) {
            if (m_from >= change->second.first || m_target < change->second.first)
                continue;
            if (auto status = (this->*change->second.second)(); !status)
                return status;
            changed = true;
        }
        if (changed)
            m_editor.replaceNode(m_node);
        return changed;
    }

private:
    /// By operator, rising versions.
    using Changes = std::multimap<std::string, std::pair<std::int64_t, Status (Converter::*)()>, std::less<>>;

    static const Changes& changes() {
        static const Changes changes = {
            {"BatchNormalization", {9, &Converter::batchNormalization}},
            {"BatchNormalization", {14, &Converter::inferenceOnly}},
            {"Clip", {11, &Converter::clip}},
            {"DFT", {20, &Converter::unsupported}},
            {"Dropout", {12, &Converter::dropout}},
            {"GridSample", {20, &Converter::gridSample}},
            {"GroupNormalization", {21, &Converter::unsupported}},
            {"Hardmax", {13, &Converter::softmax}},
            {"LogSoftmax", {13, &Converter::softmax}},
            {"Pad", {11, &Converter::pad}},
            {"ReduceL1", {18, &Converter::axesToInput}},
            {"ReduceL2", {18, &Converter::axesToInput}},
            {"ReduceLogSum", {18, &Converter::axesToInput}},
            {"ReduceLogSumExp", {18, &Converter::axesToInput}},
            {"ReduceMax", {18, &Converter::axesToInput}},
            {"ReduceMean", {18, &Converter::axesToInput}},
            {"ReduceMin", {18, &Converter::axesToInput}},
            {"ReduceProd", {18, &Converter::axesToInput}},
            {"ReduceSum", {13, &Converter::axesToInput}},
            {"ReduceSumSquare", {18, &Converter::axesToInput}},
            {"Resize", {11, &Converter::resize}},
            {"RoiAlign", {16, &Converter::roiAlign}},
            {"Scatter", {11, &Converter::scatter}},
            {"Scan", {9, &Converter::unsupported}},
            {"Slice", {10, &Converter::slice}},
            {"Softmax", {13, &Converter::softmax}},
            {"Split", {13, &Converter::split}},
            {"Split", {18, &Converter::splitCount}},
            {"Squeeze", {13, &Converter::axesToInput}},
            {"TopK", {10, &Converter::topK}},
            {"Unsqueeze", {13, &Converter::axesToInput}},
            {"Upsample", {10, &Converter::upsample}},
        };
        return changes;
    }

    std::string nameOf(const char* what) const { return displayName(m_old) + "_" + what; }

    ValueId integers(const char* what, std::vector<std::int64_t> values) {
        const Shape shape = {std::int64_t(values.size())};
        return m_editor.addInitializer(nameOf(what), makeTensor(shape, std::move(values)));
    }

    void drop(std::string_view name) {
        std::erase_if(m_node.attributes, [&](const Attribute& attribute) { return attribute.name == name; });
    }

    void setInput(std::size_t index, ValueId id) {
        m_node.inputs.resize(std::max(m_node.inputs.size(), index + 1));
        m_node.inputs[index] = id;
    }

    void moveIntegers(const char* name, std::size_t index) {
        if (m_old.attribute(name))
            setInput(index, integers(name, m_old.intsAttribute(name)));
        drop(name);
    }

    Status unsupported() { return refuse(m_old.opType + " changed its meaning"); }

    Status batchNormalization() {
        if (m_old.intAttribute("spatial", 1) != 1)
            return refuse("BatchNormalization that is not spatial is gone");
        drop("spatial");
        return {};
    }

    /// Training has outputs of another meaning since 14.
    Status inferenceOnly() {
        for (std::size_t i = 1; i < m_old.outputs.size(); ++i)
            if (const ValueId id = m_old.output(i); id.valid() && (!m_editor.uses(id).empty() || m_editor.isOutput(id)))
                return refuse("BatchNormalization in training changed its outputs");
        m_node.outputs.resize(1);
        return {};
    }

    Status clip() {
        const std::pair<const char*, std::size_t> bounds[] = {{"min", 1}, {"max", 2}};
        for (const auto& [name, index] : bounds)
            if (m_old.attribute(name))
                setInput(index, m_editor.addInitializer(nameOf(name), makeScalar(m_old.floatAttribute(name, 0))));
        drop("min");
        drop("max");
        return {};
    }

    Status dropout() {
        if (m_old.output(1).valid() && (!m_editor.uses(m_old.output(1)).empty() || m_editor.isOutput(m_old.output(1))))
            return refuse("the mask of Dropout changed its type");
        m_node.outputs.resize(1);
        drop("ratio");
        return {};
    }

    Status pad() {
        moveIntegers("pads", 1);
        setInput(2, m_editor.addInitializer(nameOf("value"), makeScalar(m_old.floatAttribute("value", 0))));
        drop("value");
        return {};
    }

    Status axesToInput() {
        moveIntegers("axes", 1);
        return {};
    }

    Status split() {
        moveIntegers("split", 1);
        return {};
    }

    /// Equal parts have to be asked for since 18.
    Status splitCount() {
        if (!m_node.input(1).valid())
            m_node.attributes.push_back(makeAttribute("num_outputs", std::int64_t(m_node.outputs.size())));
        return {};
    }

    /// Pixels began half a pixel earlier by default since 16.
    Status roiAlign() {
        m_node.attributes.push_back(makeAttribute("coordinate_transformation_mode", std::string("output_half_pixel")));
        return {};
    }

    Status gridSample() {
        const std::string mode = m_old.stringAttribute("mode", "bilinear");
        drop("mode");
        m_node.attributes.push_back(makeAttribute("mode", mode == "bilinear"  ? std::string("linear")
                                                          : mode == "bicubic" ? std::string("cubic")
                                                                              : mode));
        return {};
    }

    Status slice() {
        moveIntegers("starts", 1);
        moveIntegers("ends", 2);
        moveIntegers("axes", 3);
        return {};
    }

    Status topK() {
        setInput(1, integers("k", {m_old.intAttribute("k", 1)}));
        drop("k");
        return {};
    }

    Status scatter() {
        m_node.opType = "ScatterElements";
        return {};
    }

    /// Until 12 the input was cut into two axes before and after `axis`; the same where only one of the axes from
    /// `axis` on has more than one entry.
    Status softmax() {
        const int rank = m_shapes.rank(m_old.input(0));
        if (rank < 1)
            return refuse("the shape of " + m_old.opType + "'s input is not known");
        auto axis = m_old.intAttribute("axis", 1);
        axis = axis < 0 ? axis + rank : axis;
        std::int64_t wide = rank - 1;
        int count = 0;
        for (auto i = axis; i < rank; ++i)
            if (m_shapes.extent(m_old.input(0), int(i)) != 1) {
                wide = i;
                ++count;
            }
        if (count > 1)
            return refuse(m_old.opType + " runs over several axes at once");
        drop("axis");
        m_node.attributes.push_back(makeAttribute("axis", wide));
        return {};
    }

    Status upsample() {
        ValueId scales = m_old.input(1);
        if (const Attribute* attribute = m_old.attribute("scales")) {
            const auto* values = std::get_if<std::vector<float>>(&attribute->value);
            if (!values)
                return refuse("Upsample's scales are not numbers");
            scales = m_editor.addInitializer(nameOf("scales"), makeTensor({std::int64_t(values->size())}, *values));
        }
        drop("scales");
        m_node.opType = "Resize";
        return resizeWith(scales);
    }

    Status resize() { return resizeWith(m_old.input(1)); }

    /// Resize of opset 10 and Upsample before it mapped pixel i to i / scale and took the lower neighbour.
    Status resizeWith(ValueId scales) {
        if (!scales.valid())
            return refuse(m_old.opType + " has no scales");
        // Which neighbour a shrinking nearest Resize took was never said; runtimes took the upper one.
        const TensorPtr tensor = m_editor.constant(scales);
        const auto factors = tensor ? toFloats(*tensor) : Result<std::vector<float>>(Diagnostic());
        const bool grows =
            factors && std::all_of(factors->begin(), factors->end(), [](float factor) { return factor >= 1; });
        if (!grows && m_old.stringAttribute("mode", "nearest") == "nearest")
            return refuse(m_old.opType + " to the nearest pixel shrinks, or its scales are not constant");
        setInput(1, m_editor.addInitializer(nameOf("roi"), makeTensor(Shape{0}, std::vector<float>())));
        setInput(2, scales);
        m_node.attributes.push_back(makeAttribute("coordinate_transformation_mode", std::string("asymmetric")));
        m_node.attributes.push_back(makeAttribute("nearest_mode", std::string("floor")));
        return {};
    }

    GraphEditor& m_editor;
    const Node& m_old;
    Node m_node;
    std::int64_t m_from, m_target;
    const ShapeTable& m_shapes;
};

} // namespace

Result<bool> convertNode(GraphEditor& editor, const Node& node, std::int64_t from, std::int64_t target,
                         const ShapeTable& shapes) {
    return Converter(editor, node, from, target, shapes).convert();
}

} // namespace lapidary
