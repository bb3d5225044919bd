// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/grapheditor.h"
#include "graph/model.h"

#include <initializer_list>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace lapidary::test {

Attribute attr(std::string name, int value);
Attribute attr(std::string name, std::int64_t value);
Attribute attr(std::string name, double value); ///< stored as float
Attribute attr(std::string name, const char* value);
Attribute attr(std::string name, std::initializer_list<std::int64_t> values);
Attribute attr(std::string name, std::vector<std::int64_t> values);
Attribute attr(std::string name, std::vector<float> values);
Attribute attr(std::string name, TensorPtr tensor);
Attribute attr(std::string name, GraphPtr graph);

/// Normally distributed numbers from a fixed generator: the same everywhere for the same seed.
std::vector<float> randomFloats(std::size_t count, std::uint64_t seed, float scale = 1.0f);
std::vector<std::int64_t> randomIntegers(std::size_t count, std::uint64_t seed, std::int64_t low, std::int64_t high);

/// Builds small models in a few lines:
///     ModelBuilder b;
///     b.input("x", DataType::Float, {1, 3, 8, 8}).init("w", {4, 3, 3, 3}, 1);
///     b.node("Conv", {"x", "w"}, {"y"}, {attr("pads", {1, 1, 1, 1})}).output("y");
///     ModelPtr model = b.build();
/// A name used before it is defined is fine as long as it is defined in the end. A mistake (build() fails) throws
/// std::logic_error with the diagnostic, which fails the test.
class ModelBuilder {
public:
    explicit ModelBuilder(std::int64_t opset = 17, std::string graphName = "test");

    ModelBuilder& input(const std::string& name, DataType type, const Shape& shape);
    ModelBuilder& input(const std::string& name, const Shape& shape) { return input(name, DataType::Float, shape); }
    /// Extents as text: numbers or symbols, {"N", "3", "224", "224"}.
    ModelBuilder& symbolicInput(const std::string& name, DataType type, const std::vector<std::string>& extents);

    ModelBuilder& init(const std::string& name, TensorPtr tensor);
    ModelBuilder& init(const std::string& name, const Shape& shape, std::vector<float> values);
    ModelBuilder& init(const std::string& name, const Shape& shape, std::vector<std::int64_t> values);
    /// Seeded normal numbers, scaled by sqrt(2 / fan-in) so that deep chains stay finite.
    ModelBuilder& init(const std::string& name, const Shape& shape, std::uint64_t seed);
    ModelBuilder& init(const std::string& name, const Shape& shape, int seed) {
        return init(name, shape, std::uint64_t(seed));
    }

    /// An empty name in `inputs` or `outputs` is an omitted one. The node is called `name`, or OPTYPE_number.
    ModelBuilder& node(const std::string& op, const std::vector<std::string>& inputs,
                       const std::vector<std::string>& outputs, std::vector<Attribute> attributes = {},
                       const std::string& name = {}, const std::string& domain = {});

    ModelBuilder& output(const std::string& name, DataType type = DataType::Float,
                         const std::optional<Shape>& shape = std::nullopt);
    /// Declares an intermediate in value_info.
    ModelBuilder& info(const std::string& name, DataType type, const Shape& shape);
    /// In a subgraph: `name` belongs to the enclosing graph.
    ModelBuilder& outer(const std::string& name);
    ModelBuilder& opset(const std::string& domain, std::int64_t version);

    ModelPtr build();      ///< once
    GraphPtr buildGraph(); ///< once; for subgraphs and function bodies

private:
    ValueId value(const std::string& name);

    GraphEditor m_editor;
    Model m_model;
    std::unordered_map<std::string, ValueId> m_values;
    int m_nodes = 0;
};

} // namespace lapidary::test
