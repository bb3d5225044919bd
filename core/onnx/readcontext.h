// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "onnx/externalfiles.h"
#include "onnx/onnxreader.h"
#include "onnx/wirereader.h"

#include <memory>

namespace lapidary {

/// What one reading of a file shares. Every read… function below turns one message into a part of the model; damage,
/// limits and nonsense end the reading with a Diagnostic.
struct ReadContext {
    ReadContext(const Blob& bytes, const std::filesystem::path& folder, const ReadOptions& readOptions,
                const Work& readWork)
        : file(bytes), options(readOptions), work(readWork), external(folder, readOptions.standIns) {}

    Blob file;
    ReadOptions options;
    Work work;
    ExternalFiles external;
    Diagnostics problems;
    std::size_t missingTensors = 0; ///< those told in `problems` and those that are only counted

    /// The part of the file that `bytes` is, shared.
    Blob slice(wire::Bytes bytes) const;
    /// To be called before something not mapped is allocated. Fails with "onnx.too_large".
    Status charge(std::uint64_t bytes);
    /// The failure for a message that ended in `state`.
    Diagnostic damaged(wire::State state, std::string_view what) const;

private:
    std::uint64_t m_allocated = 0;
};

/// Calls `take` for each field of a message until one fails.
template <typename Take>
Status forEachField(const ReadContext& context, wire::Bytes message, std::string_view what, Take take) {
    wire::Reader reader(message);
    for (wire::Field field; reader.next(field);)
        if (Status status = take(field); !status)
            return status;
    return reader.state() == wire::State::Good ? Status() : Status(context.damaged(reader.state(), what));
}

/// Known fields with their default value written out are kept among the unknown ones, so that they are written again.
inline void takeText(const wire::Field& field, std::string& target, std::string& unknown) {
    target = field.text();
    if (target.empty())
        unknown += field.rawText();
}
inline void takeInteger(const wire::Field& field, std::int64_t& target, std::string& unknown) {
    target = std::int64_t(field.value);
    if (target == 0)
        unknown += field.rawText();
}

enum class GraphKind { Main, Subgraph, Function };

Status readTensor(ReadContext& context, wire::Bytes message, Tensor& tensor, std::string* name);
Status readAttribute(ReadContext& context, wire::Bytes message, Attribute& attribute, int depth);
Status readValueInfo(ReadContext& context, wire::Bytes message, Value& value);
Status readMetadata(ReadContext& context, wire::Bytes message, MetadataProps& metadata);
/// A GraphProto, or the parts of a FunctionProto that make its body.
Result<GraphPtr> readGraph(ReadContext& context, wire::Bytes message, GraphKind kind, int depth);
Status readModel(ReadContext& context, Model& model);

} // namespace lapidary
