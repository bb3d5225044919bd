// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/onnxreader.h"

#include "graph/verifier.h"
#include "onnx/fileformats.h"
#include "onnx/readcontext.h"
#include "tensor/mappedfile.h"

#include <new>

namespace lapidary {

namespace {

Result<ReadModel> readBlob(const Blob& bytes, const std::filesystem::path& folder, const std::filesystem::path& source,
                           const ReadOptions& options, const Work& work) {
    try {
        if (const auto other = foreignFormat(bytes.bytes()); !other.name.empty())
            return errorDiagnostic("onnx.not_onnx", "The file is " + std::string(other.name) + ", not an ONNX model",
                                   std::string(other.hint));
        ReadContext context(bytes, folder, options, work);
        auto model = std::make_shared<Model>();
        model->source = source;
        if (auto status = readModel(context, *model); !status)
            return status;
        ReadModel result{std::move(model), std::move(context.problems)};
        if (context.missingTensors > result.problems.size())
            result.problems.push_back(warningDiagnostic(
                "onnx.missing_data",
                "In all, the weights of " + std::to_string(context.missingTensors) + " tensors are missing",
                "Put the files with the weights beside the model. Until then it can only be viewed."));
        for (auto& finding : verify(*result.model))
            if (finding.code != "graph.missing_data") // told by the tensor reader, with the reason
                result.problems.push_back(std::move(finding));
        work.progress.set(1);
        return result;
    } catch (const std::bad_alloc&) {
        return errorDiagnostic("onnx.too_large", "There is not enough memory to read this model");
    } catch (const std::exception& exception) {
        return errorDiagnostic("onnx.corrupt", std::string("The model cannot be read: ") + exception.what());
    }
}

} // namespace

Result<ReadModel> readOnnx(const std::filesystem::path& path, const ReadOptions& options, const Work& work) {
    auto bytes = mapFile(path);
    if (!bytes)
        return bytes.error();
    auto folder = path.parent_path();
    if (folder.empty())
        folder = ".";
    auto result = readBlob(*bytes, folder, path, options, work);
    if (!result && !isCancelled(result.error()))
        return Diagnostic(result.error()).inFile(path.string());
    if (result)
        for (auto& problem : result->problems)
            problem.place.file = path.string();
    return result;
}

Result<ReadModel> readOnnx(const Blob& bytes, const std::filesystem::path& folder, const ReadOptions& options,
                           const Work& work) {
    return readBlob(bytes, folder, {}, options, work);
}

} // namespace lapidary
