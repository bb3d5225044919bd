// SPDX-License-Identifier: GPL-3.0-or-later
#include "lowrankwriter.h"

#include "graph/operatortraits.h"

#include <algorithm>

namespace lapidary {
namespace {

using Ints = std::vector<std::int64_t>;

/// Which of a convolution's axes a part works along.
enum class Along { None, Height, Width, All };

class Writer {
public:
    Writer(const Model& model, const LowRankLayer& layer)
        : m_model(model), m_layer(layer), m_editor(model.graph), m_old(*m_editor.node(layer.matrix.nodes.front())) {}

    Result<ModelPtr> write(const Factors& factors, const Eigen::VectorXd& biasShift) {
        const bool spatial = m_layer.scheme == LowRankScheme::Spatial;
        ValueId data = m_old.input(0);
        if (factors.input.size() > 0) {
            auto next = addPart("reduce", factors.input, m_layer.matrix.inputs, Along::None, data);
            if (!next)
                return next.status();
            data = *next;
        }
        const std::size_t coreInputs =
            factors.input.size() > 0 ? std::size_t(factors.input.rows()) : m_layer.matrix.inputs;
        auto core = addPart(factors.input.size() > 0 ? "core" : "reduce", factors.core, coreInputs,
                            spatial ? Along::Height : Along::All, data);
        if (!core)
            return core.status();
        if (auto status = changeLast(factors, *core, spatial ? Along::Width : Along::None); !status)
            return status;
        if (biasShift.size() > 0)
            if (auto status = shiftBias(m_editor, m_layer.matrix, m_layer.bias, m_layer.matrix.type,
                                        {biasShift.data(), std::size_t(biasShift.size())});
                !status)
                return status;
        auto graph = m_editor.finish();
        if (!graph)
            return graph.error();
        return withGraph(m_model, std::move(*graph));
    }

private:
    bool convolution() const { return m_layer.matrix.shape.size() > 2; }
    std::size_t axes() const { return m_layer.matrix.shape.size() - 2; }

    Ints kernelOf(Along along) const {
        Ints kernel(axes(), 1);
        for (std::size_t a = 0; a < axes(); ++a)
            if (works(along, a))
                kernel[a] = m_layer.matrix.shape[a + 2];
        return kernel;
    }

    static bool works(Along along, std::size_t axis) {
        return along == Along::All || (along == Along::Height && axis == 0) || (along == Along::Width && axis == 1);
    }

    /// A part's weight in the layout of the layer: matrix columns go by kernel position first.
    Result<TensorPtr> weight(const RowMatrix& matrix, std::size_t inputs, Along along) const {
        const auto outputs = std::size_t(matrix.rows()), kernel = std::size_t(matrix.cols()) / inputs;
        std::vector<float> values(std::size_t(matrix.size()));
        const bool outputsFirst = convolution() || m_layer.matrix.rowStride != 1;
        for (std::size_t o = 0; o < outputs; ++o)
            for (std::size_t k = 0; k < kernel; ++k)
                for (std::size_t i = 0; i < inputs; ++i)
                    values[outputsFirst ? (o * inputs + i) * kernel + k : i * outputs + o] =
                        float(matrix(Eigen::Index(o), Eigen::Index(k * inputs + i)));
        Shape shape = {std::int64_t(outputsFirst ? outputs : inputs), std::int64_t(outputsFirst ? inputs : outputs)};
        if (convolution()) {
            const Ints extents = kernelOf(along);
            shape.insert(shape.end(), extents.begin(), extents.end());
        }
        return fromFloats(m_layer.matrix.type, shape, values);
    }

    /// The attributes of the layer as far as they concern a part.
    std::vector<Attribute> attributesOf(Along along, bool isLast) const {
        std::vector<Attribute> kept;
        for (const Attribute& attribute : m_old.attributes) {
            const std::string& name = attribute.name;
            if (!convolution()) {
                const bool output = name == "alpha" || name == "beta";
                if (name == "transB" || (name == "transA" ? !isLast : output && isLast) ||
                    (isLast && name != "transA" && !output))
                    kept.push_back(attribute);
            } else if (name == "strides" || name == "dilations" || name == "pads") {
                if (along != Along::None)
                    kept.push_back(
                        makeAttribute(name, perAxis(m_old.intsAttribute(name), along, name == "pads" ? 0 : 1)));
            } else if (name == "auto_pad") {
                if (along != Along::None)
                    kept.push_back(attribute);
            } else if (name != "kernel_shape" && name != "group") {
                kept.push_back(attribute);
            }
        }
        if (convolution())
            kept.push_back(makeAttribute("kernel_shape", kernelOf(along)));
        return kept;
    }

    Ints perAxis(Ints values, Along along, std::int64_t neutral) const {
        for (std::size_t i = 0; i < values.size(); ++i)
            if (!works(along, i % axes()))
                values[i] = neutral;
        return values;
    }

    Result<ValueId> addPart(const std::string& suffix, const RowMatrix& matrix, std::size_t inputs, Along along,
                            ValueId data) {
        auto tensor = weight(matrix, inputs, along);
        if (!tensor)
            return tensor.status();
        const std::string name = m_layer.name + "/" + suffix;
        const ValueId constant = m_editor.addInitializer(name + "_weight", *tensor);
        const NodeId id = m_editor.addNode(m_old.opType, name, {data, constant}, {name + "_output"},
                                           attributesOf(along, false), m_old.domain);
        return m_editor.node(id)->output();
    }

    Status changeLast(const Factors& factors, ValueId data, Along along) {
        const auto inputs = std::size_t(factors.core.rows());
        auto tensor = weight(factors.last, inputs, along);
        if (!tensor)
            return tensor.status();
        const TensorPtr before = m_editor.constant(m_layer.matrix.weight);
        auto changed = std::make_shared<Tensor>(**tensor);
        changed->doc = before->doc;
        replaceConstant(m_editor, m_layer.matrix.weight, std::move(changed));
        // A declared shape of the weight (opset 3 and older list it as an input) no longer holds.
        if (const Value* value = m_editor.value(m_layer.matrix.weight); value->type)
            m_editor.setType(m_layer.matrix.weight, TypeInfo::tensor((*tensor)->type, (*tensor)->shape));
        Node node = m_old;
        node.inputs[0] = data;
        node.attributes = attributesOf(along, true);
        m_editor.replaceNode(std::move(node));
        return {};
    }

    const Model& m_model;
    const LowRankLayer& m_layer;
    GraphEditor m_editor;
    Node m_old;
};

} // namespace

Result<ModelPtr> storeFactors(const Model& model, const LowRankLayer& layer, const Factors& factors,
                              const Eigen::VectorXd& biasShift) {
    return Writer(model, layer).write(factors, biasShift);
}

} // namespace lapidary
