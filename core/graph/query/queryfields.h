// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lapidary {

/// What a term of a node query looks at.
enum class QueryField : std::uint8_t {
    Any, ///< name, operator, names of tensors, names and values of attributes: what a bare word looks at
    Name,
    Operator,
    Domain,
    Category,
    Tensor,
    Attribute,
    Shape,
    InputShape,
    OutputShape,
    WeightShape,
    DataType,
    Precision,
    Channels,
    Macs,
    Parameters,
    Bytes,
    Rank,
    Inputs,
    Outputs,
    Producers,
    Consumers,
    Sparsity,
    TimeMs,
    Has,
    Is,
    Upstream,
    Downstream,
    Between
};

/// How the value of a field is written and compared.
enum class QueryValueKind : std::uint8_t {
    Text,      ///< part of it, "quoted", a glob with * and ?, or /regex/; = the whole
    Word,      ///< the whole word or a glob
    Shape,     ///< glob over "1x64x56x56"
    Number,    ///< with K, M, G and comparison; 64..128
    Choice,    ///< one of a list of words
    Attribute, ///< name, comparison, value
    Node,      ///< a node's or tensor's name
    NodePair   ///< A..B
};

struct QueryFieldInfo {
    QueryField field;
    std::string_view name;
    QueryValueKind kind;
    std::string_view help;    ///< one phrase
    std::string_view example; ///< a whole term
    bool given = false;       ///< what the caller has to know, through QueryFacts
    bool ofTensors = false;   ///< can be asked of a tensor too
};

/// Every field, in the order in which people are shown them.
std::span<const QueryFieldInfo> queryFields();
const QueryFieldInfo& infoOf(QueryField field);
/// Also under another name ("params" or "parameters", "type" or "dtype"); letter case ignored. Null if there is none.
const QueryFieldInfo* findQueryField(std::string_view name);
std::vector<std::string> queryFieldNames();

enum class QueryHas : std::uint8_t { Bias, Weight, Subgraph, Name, Attributes, Shape, Documentation };
enum class QueryIs : std::uint8_t {
    Constant,
    Coupled,
    Prunable,
    Fenced,
    Quantized,
    Depthwise,
    Elementwise,
    Input,
    Output,
    Unused,
    Unknown,
    Selected
};

struct QueryChoice {
    std::string_view name;
    std::string_view help;
};
/// The words after has: and is:, by the numbers of the enums above.
std::span<const QueryChoice> queryHasChoices();
std::span<const QueryChoice> queryIsChoices();

} // namespace lapidary
