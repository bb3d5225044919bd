// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/engine.h"

#include "engine/runtimeshapes.h"
#include "graph/verifier.h"
#include "onnx/onnxreader.h"
#include "onnx/onnxshapes.h"
#include "runtime/session.h"

#include <QDir>
#include <QStandardPaths>

#include <algorithm>
#include <mutex>

namespace lapidary {

namespace {

constexpr std::int64_t newestInferredOpset = 17; // what Debian 12's ONNX library knows

/// Nodes whose first output has no known shape.
std::size_t unknownShapes(const Graph& graph, const ShapeTable& shapes) {
    return std::size_t(std::count_if(graph.nodes().begin(), graph.nodes().end(), [&](const NodePtr& node) {
        const auto shape = shapes.shape(node->output());
        return !shape || std::any_of(shape->begin(), shape->end(), [](std::int64_t extent) { return extent < 0; });
    }));
}

Result<ShapeTable> inferShapes(const Model& model) {
    auto shapes = inferOnnxShapes(model);
    if (!shapes || model.opset() <= newestInferredOpset || unknownShapes(*model.graph, *shapes) == 0)
        return shapes;
    auto better = inferRuntimeShapes(model, *shapes);
    return better ? better : shapes;
}

std::uint64_t filesBytes(const Model& model) {
    std::error_code problem;
    const auto own = std::filesystem::file_size(model.source, problem);
    std::uint64_t bytes = problem ? 0 : own;
    for (const auto id : model.graph->initializers())
        if (const auto& tensor = *model.graph->value(id)->initializer; tensor.storage == TensorStorage::External)
            bytes += tensor.data.size();
    return bytes;
}

} // namespace

Engine::Engine(const QStringList& pluginFolders) { m_plugins.load(pluginFolders); }

ShapeInference Engine::shapeInference() { return inferShapes; }

Result<AnalysedModelPtr> Engine::open(const std::filesystem::path& file, const Work& work) {
    auto read = readOnnx(file, {}, work.part(0, 0.5, "Reading"));
    if (!read)
        return read.status();
    auto analysed = analyse(read->model, work.part(0.5, 1));
    if (!analysed)
        return analysed;
    auto complete = std::make_shared<AnalysedModel>(**analysed);
    complete->problems = read->problems; // the reader asked the verifier, too, and knows the file
    complete->fileBytes = filesBytes(*read->model);
    return AnalysedModelPtr(std::move(complete));
}

Result<AnalysedModelPtr> Engine::analyse(ModelPtr model, const Work& work) {
    if (auto status = work.check(); !status)
        return status;
    work.progress.label("Finding shapes");
    auto shapes = inferShapes(*model);
    if (!shapes)
        return shapes.status();
    if (auto status = work.check(); !status)
        return status;
    auto analysed = std::make_shared<AnalysedModel>();
    analysed->cost = analyseCost(*model->graph, *shapes);
    analysed->totals = {analysed->cost.parameters, analysed->cost.parameterBytes, analysed->cost.macs};
    analysed->problems = verify(*model);
    analysed->shapes = std::move(*shapes);
    analysed->model = std::move(model);
    work.progress.set(1);
    return AnalysedModelPtr(std::move(analysed));
}

Result<PassPreview> Engine::preview(const AnalysedModel& model, const RecipeStep& step, const std::set<NodeId>& scope,
                                    std::uint64_t seed) const {
    const auto pass = passes().find(step.pass);
    if (!pass)
        return pass.status();
    auto input = prepareStep(model.model, model.shapes, step, seed, passes());
    if (!input)
        return input.status();
    if (!scope.empty())
        input->scope = scope;
    return previewPass(**pass, *input);
}

Result<RunReport> Engine::apply(ModelPtr model, const Recipe& recipe, CalibrationProvider* calibration,
                                const Work& work) const {
    RunEnvironment environment;
    environment.passes = &passes();
    environment.inferShapes = shapeInference();
    environment.calibration = calibration;
    return runRecipe(std::move(model), recipe, environment, work);
}

std::string versionText() { return "lapidary " LAPIDARY_VERSION ", onnxruntime " + runtimeVersion(); }

std::filesystem::path cacheFolder() {
    const auto given = qEnvironmentVariable("LAPIDARY_CACHE");
    const auto folder = !given.isEmpty()
                            ? given
                            : QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + QStringLiteral("/lapidary");
    return folder.toStdString();
}

} // namespace lapidary
