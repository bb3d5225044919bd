// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/modelbuilder.h"

#include <cmath>
#include <stdexcept>

namespace lapidary::test {

Attribute attr(std::string name, int value) {
    return makeAttribute(std::move(name), std::int64_t(value));
}
Attribute attr(std::string name, std::int64_t value) {
    return makeAttribute(std::move(name), value);
}
Attribute attr(std::string name, double value) {
    return makeAttribute(std::move(name), float(value));
}
Attribute attr(std::string name, const char* value) {
    return makeAttribute(std::move(name), std::string(value));
}
Attribute attr(std::string name, std::initializer_list<std::int64_t> values) {
    return makeAttribute(std::move(name), std::vector<std::int64_t>(values));
}
Attribute attr(std::string name, std::vector<std::int64_t> values) {
    return makeAttribute(std::move(name), std::move(values));
}
Attribute attr(std::string name, std::vector<float> values) {
    return makeAttribute(std::move(name), std::move(values));
}
Attribute attr(std::string name, TensorPtr tensor) {
    return makeAttribute(std::move(name), std::move(tensor));
}
Attribute attr(std::string name, GraphPtr graph) {
    return makeAttribute(std::move(name), std::move(graph));
}

namespace {

/// SplitMix64 (Steele, Lea, Flood 2014): small, and unlike the standard's distributions the same on every library.
class Generator {
public:
    explicit Generator(std::uint64_t seed) : m_state(seed) {}
    std::uint64_t next() {
        std::uint64_t z = (m_state += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    double unit() { return double(next() >> 11) * 0x1p-53; }

private:
    std::uint64_t m_state;
};

} // namespace

std::vector<float> randomFloats(std::size_t count, std::uint64_t seed, float scale) {
    Generator generator(seed);
    std::vector<float> out(count);
    for (auto& x : out) {
        // Sum of twelve uniform numbers: normal enough, and needs no library function that may round differently.
        double sum = -6;
        for (int i = 0; i < 12; ++i)
            sum += generator.unit();
        x = float(sum) * scale;
    }
    return out;
}

std::vector<std::int64_t> randomIntegers(std::size_t count, std::uint64_t seed, std::int64_t low, std::int64_t high) {
    Generator generator(seed);
    std::vector<std::int64_t> out(count);
    for (auto& x : out)
        x = low + std::int64_t(generator.next() % std::uint64_t(high - low + 1));
    return out;
}

ModelBuilder::ModelBuilder(std::int64_t opset, std::string graphName) {
    m_editor.setName(std::move(graphName));
    m_model.irVersion = 8;
    m_model.producerName = "lapidary-tests";
    m_model.opsets.push_back({"", opset});
}

ValueId ModelBuilder::value(const std::string& name) {
    if (name.empty())
        return {};
    const auto [it, fresh] = m_values.try_emplace(name);
    if (fresh)
        it->second = m_editor.addValue(name);
    return it->second;
}

ModelBuilder& ModelBuilder::input(const std::string& name, DataType type, const Shape& shape) {
    const auto id = value(name);
    m_editor.setType(id, TypeInfo::tensor(type, shape));
    m_editor.addInput(id);
    return *this;
}

ModelBuilder& ModelBuilder::symbolicInput(const std::string& name, DataType type,
                                          const std::vector<std::string>& extents) {
    TypeInfo info;
    info.elementType = type;
    info.dimensions.emplace();
    for (const auto& text : extents) {
        Dimension dimension;
        if (!text.empty() && text.find_first_not_of("0123456789") == std::string::npos)
            dimension.extent = std::stoll(text);
        else
            dimension.symbol = text;
        info.dimensions->push_back(std::move(dimension));
    }
    const auto id = value(name);
    m_editor.setType(id, std::move(info));
    m_editor.addInput(id);
    return *this;
}

ModelBuilder& ModelBuilder::init(const std::string& name, TensorPtr tensor) {
    m_editor.setInitializer(value(name), std::move(tensor));
    return *this;
}

ModelBuilder& ModelBuilder::init(const std::string& name, const Shape& shape, std::vector<float> values) {
    return init(name, makeTensor<float>(shape, std::move(values)));
}

ModelBuilder& ModelBuilder::init(const std::string& name, const Shape& shape, std::vector<std::int64_t> values) {
    return init(name, makeTensor<std::int64_t>(shape, std::move(values)));
}

ModelBuilder& ModelBuilder::init(const std::string& name, const Shape& shape, std::uint64_t seed) {
    const auto count = std::size_t(elementCount(shape).value());
    const auto rows = shape.empty() ? std::int64_t(1) : shape.front();
    const double fanIn = shape.size() > 1 && rows > 0 ? double(count) / double(rows) : 1.0;
    const auto scale = float(std::sqrt(2.0 / std::max(1.0, fanIn)));
    return init(name, shape, randomFloats(count, seed, scale));
}

ModelBuilder& ModelBuilder::node(const std::string& op, const std::vector<std::string>& inputs,
                                 const std::vector<std::string>& outputs, std::vector<Attribute> attributes,
                                 const std::string& name, const std::string& domain) {
    Node spec;
    spec.opType = op;
    spec.domain = domain;
    spec.name = name.empty() ? op + "_" + std::to_string(m_nodes) : name;
    ++m_nodes;
    for (const auto& input : inputs)
        spec.inputs.push_back(value(input));
    for (const auto& output : outputs)
        spec.outputs.push_back(value(output));
    spec.attributes = std::move(attributes);
    m_editor.addNode(std::move(spec));
    return *this;
}

ModelBuilder& ModelBuilder::output(const std::string& name, DataType type, const std::optional<Shape>& shape) {
    TypeInfo info;
    info.elementType = type;
    if (shape)
        info = TypeInfo::tensor(type, *shape);
    const auto id = value(name);
    m_editor.setType(id, std::move(info));
    m_editor.addOutput(id);
    return *this;
}

ModelBuilder& ModelBuilder::info(const std::string& name, DataType type, const Shape& shape) {
    const auto id = value(name);
    m_editor.setType(id, TypeInfo::tensor(type, shape));
    m_editor.addValueInfo(id);
    return *this;
}

ModelBuilder& ModelBuilder::outer(const std::string& name) {
    Value changed = *m_editor.value(value(name));
    changed.outer = true;
    m_editor.setValue(std::move(changed));
    return *this;
}

ModelBuilder& ModelBuilder::opset(const std::string& domain, std::int64_t version) {
    m_model.opsets.push_back({domain, version});
    return *this;
}

GraphPtr ModelBuilder::buildGraph() {
    auto graph = m_editor.finish();
    if (!graph)
        throw std::logic_error("ModelBuilder: " + graph.error().toString());
    return *std::move(graph);
}

ModelPtr ModelBuilder::build() {
    m_model.graph = buildGraph();
    return std::make_shared<const Model>(m_model);
}

} // namespace lapidary::test
