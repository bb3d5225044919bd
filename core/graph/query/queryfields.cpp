// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/query/queryfields.h"

#include "base/glob.h"

#include <algorithm>
#include <array>

namespace lapidary {

namespace {

using Kind = QueryValueKind;
using Field = QueryField;

constexpr QueryFieldInfo known(Field field, std::string_view name, Kind kind, std::string_view help,
                               std::string_view example) {
    return {field, name, kind, help, example};
}

constexpr QueryFieldInfo ofTensors(QueryFieldInfo info) {
    info.ofTensors = true;
    return info;
}

constexpr QueryFieldInfo given(QueryFieldInfo info) {
    info.given = true;
    return info;
}

constexpr std::array table{
    known(Field::Name, "name", Kind::Text, "name of the node", "name:/layer3/"),
    known(Field::Operator, "op", Kind::Word, "operator type", "op:Conv*"),
    known(Field::Category, "category", Kind::Word, "kind of operator", "category:activation"),
    ofTensors(
        known(Field::Tensor, "tensor", Kind::Text, "name of an input or output, weights included", "tensor:*.weight")),
    known(Field::Attribute, "attr", Kind::Attribute, "an attribute, or its value", "attr:kernel_shape=3x3"),
    ofTensors(known(Field::Shape, "shape", Kind::Shape, "shape of any input, weight or output", "shape:*x64x*")),
    known(Field::InputShape, "in", Kind::Shape, "shape of an input that is no constant", "in:1x3x*"),
    known(Field::OutputShape, "out", Kind::Shape, "shape of an output", "out:*x7x7"),
    known(Field::WeightShape, "weight", Kind::Shape, "shape of a constant input", "weight:*x3x3"),
    ofTensors(known(Field::DataType, "dtype", Kind::Word, "element type of an output", "dtype:float16")),
    known(Field::Precision, "precision", Kind::Word, "element type the weights are stored in", "precision:int8"),
    known(Field::Channels, "channels", Kind::Number, "output channels", "channels>256"),
    given(known(Field::Macs, "macs", Kind::Number, "multiply-accumulates", "macs>=10M")),
    given(known(Field::Parameters, "params", Kind::Number, "parameters", "params>1M")),
    given(known(Field::Bytes, "bytes", Kind::Number, "bytes of the parameters", "bytes>100K")),
    given(known(Field::Sparsity, "sparsity", Kind::Number, "share of zeros in the weights", "sparsity>50%")),
    given(known(Field::TimeMs, "time_ms", Kind::Number, "milliseconds in the last profile", "time_ms>0.5")),
    ofTensors(known(Field::Rank, "rank", Kind::Number, "dimensions of the first output", "rank=4")),
    known(Field::Inputs, "inputs", Kind::Number, "number of inputs", "inputs>=3"),
    known(Field::Outputs, "outputs", Kind::Number, "number of outputs", "outputs>1"),
    known(Field::Producers, "producers", Kind::Number, "nodes it reads from", "producers>1"),
    known(Field::Consumers, "consumers", Kind::Number, "nodes that read from it", "consumers>=2"),
    known(Field::Has, "has", Kind::Choice, "something it has", "has:bias"),
    known(Field::Is, "is", Kind::Choice, "something it is", "is:depthwise"),
    known(Field::Upstream, "upstream", Kind::Node, "leads to this node", "upstream:Conv_12"),
    known(Field::Downstream, "downstream", Kind::Node, "follows from this node", "downstream:Conv_12"),
    known(Field::Between, "between", Kind::NodePair, "on a path between two nodes", "between:Conv_1..Add_9"),
    known(Field::Domain, "domain", Kind::Word, "domain of the operator", "domain:com.microsoft"),
    ofTensors(known(Field::Any, "any", Kind::Text, "name, operator, tensors or attributes; the same as a bare word",
                    "any:layer1")),
};

struct Alias {
    std::string_view name;
    Field field;
};

constexpr std::array aliases{
    Alias{"operator", Field::Operator},     Alias{"type", Field::DataType},    Alias{"time", Field::TimeMs},
    Alias{"parameters", Field::Parameters}, Alias{"input", Field::InputShape}, Alias{"output", Field::OutputShape},
    Alias{"attribute", Field::Attribute},   Alias{"size", Field::Bytes},
};

constexpr std::array<QueryChoice, 7> hasChoices{{
    {"bias", "a bias"},
    {"weight", "constant weights"},
    {"subgraph", "a subgraph (If, Loop, Scan)"},
    {"name", "a name in the file"},
    {"attributes", "attributes"},
    {"shape", "outputs of known shape"},
    {"doc", "a doc string"},
}};

constexpr std::array<QueryChoice, 12> isChoices{{
    {"constant", "does not depend on the inputs"},
    {"coupled", "its channels come and go with another layer's"},
    {"prunable", "channels can be removed from it"},
    {"fenced", "nothing is assumed about its channels"},
    {"quantized", "weights of 8 bits or less"},
    {"depthwise", "one filter per channel"},
    {"elementwise", "works on every element by itself"},
    {"input", "reads an input of the model"},
    {"output", "makes an output of the model"},
    {"unused", "nothing reads its outputs"},
    {"unknown", "an operator Lapidary was not told about"},
    {"selected", "selected in the window"},
}};

bool same(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lowerAscii(x) == lowerAscii(y); });
}

} // namespace

std::span<const QueryFieldInfo> queryFields() {
    return table;
}

const QueryFieldInfo& infoOf(QueryField field) {
    return *std::find_if(table.begin(), table.end(), [field](const auto& info) { return info.field == field; });
}

const QueryFieldInfo* findQueryField(std::string_view name) {
    for (const auto& info : table)
        if (same(info.name, name))
            return &info;
    for (const auto& alias : aliases)
        if (same(alias.name, name))
            return &infoOf(alias.field);
    return nullptr;
}

std::vector<std::string> queryFieldNames() {
    std::vector<std::string> names;
    for (const auto& info : table)
        names.emplace_back(info.name);
    return names;
}

std::span<const QueryChoice> queryHasChoices() {
    return hasChoices;
}

std::span<const QueryChoice> queryIsChoices() {
    return isChoices;
}

} // namespace lapidary
