// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever the bytes are: reading ends with a model or a diagnostic, a model that was read can be written, what was
// written reads back and writes the same bytes, and shapes can be inferred.
#include "graph/graphdiff.h"
#include "onnx/onnxreader.h"
#include "onnx/onnxshapes.h"
#include "onnx/onnxwriter.h"

#include <cstdio>
#include <cstdlib>

using namespace lapidary;

namespace {

void require(bool condition, const char* what) {
    if (condition)
        return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

ReadOptions limits() {
    ReadOptions options;
    options.maxAllocation = std::uint64_t(256) << 20;
    options.maxDepth = 16;
    return options;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Blob bytes(std::string(reinterpret_cast<const char*>(data), size));
    const auto read = readOnnx(bytes, {}, limits());
    if (!read) {
        require(!read.error().code.empty() && !read.error().message.empty(), "a failure says what is wrong");
        return 0;
    }
    require(modelHash(*read->model).ok(), "every model has a hash");
    const auto written = serializeOnnx(*read->model);
    if (written) {
        const auto again = readOnnx(Blob(*written), {}, limits());
        require(again.ok(), "what was written reads back");
        const auto twice = serializeOnnx(*again->model);
        require(twice.ok() && *twice == *written, "writing is stable");
        require(again->model->graph->nodeCount() == read->model->graph->nodeCount(), "a round trip keeps every node");
        // Nameless nodes without outputs match nothing, so only the count is certain.
        const auto diff = diffGraphs(*read->model, *again->model);
        require(diff.added == diff.removed, "a round trip adds and loses no nodes");
    }
    require(inferOnnxShapes(*read->model).ok(), "shape inference does not fail on a readable model");
    return 0;
}
