// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"

#include <filesystem>
#include <map>

namespace lapidary {

struct OpsetImport {
    std::string domain;
    std::int64_t version = 0;
    std::string unknownFields;
    bool operator==(const OpsetImport& other) const { return domain == other.domain && version == other.version; }
};

/// A model-local function; its body is a graph whose inputs and outputs are the function's.
struct Function {
    std::string name;
    std::string domain;
    std::string overload;
    std::string doc;
    std::vector<std::string> attributes;        ///< names without default
    std::vector<Attribute> attributeDefaults;
    std::vector<OpsetImport> opsets;
    GraphPtr body;
    MetadataProps metadata;
    std::string unknownFields;
};

/// Everything an ONNX file says. Immutable once shared as ModelPtr; copying is cheap (graphs and weights are shared).
struct Model {
    std::int64_t irVersion = 0;
    std::vector<OpsetImport> opsets;
    std::string producerName;
    std::string producerVersion;
    std::string domain;
    std::int64_t modelVersion = 0;
    std::string doc;
    MetadataProps metadata;
    GraphPtr graph;
    std::vector<std::shared_ptr<const Function>> functions;
    std::string unknownFields; ///< training info and newer fields, serialized
    std::filesystem::path source; ///< the file it was read from; empty if it was made in memory

    /// Version of the default domain's opset; 0 if not imported.
    std::int64_t opset() const;
    std::int64_t opset(std::string_view opDomain) const;
    /// Null if no local function is called by this node.
    const Function* functionOf(const Node& node) const;
};

using ModelPtr = std::shared_ptr<const Model>;

/// `model` with another graph; everything else shared.
ModelPtr withGraph(const Model& model, GraphPtr graph);

} // namespace lapidary
