// SPDX-License-Identifier: GPL-3.0-or-later
#include "passbench.h"

#include "modelbuilder.h"
#include "onnx/onnxshapes.h"
#include "onnx/onnxwriter.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lapidary::test {

const PluginManager& plugins() {
    static const auto* const manager = [] {
        auto* made = new PluginManager; // plugins stay loaded until the process ends
        made->load({QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
        return made;
    }();
    return *manager;
}

RunEnvironment passEnvironment() {
    RunEnvironment environment;
    environment.passes = &plugins().passes();
    environment.inferShapes = [](const Model& model) { return inferOnnxShapes(model); };
    environment.calibration = &randomCalibration();
    return environment;
}

Result<RunReport> applyPass(ModelPtr model, const std::string& pass, ParamSet params, std::vector<std::string> nodes,
                            const Work& work) {
    Recipe recipe;
    RecipeStep step;
    step.pass = pass;
    step.params = std::move(params);
    step.nodes = std::move(nodes);
    recipe.steps.push_back(std::move(step));
    return runRecipe(std::move(model), recipe, passEnvironment(), work);
}

Result<PassInput> passInput(ModelPtr model, const std::string& pass, ParamSet params, std::uint64_t seed) {
    auto shapes = inferOnnxShapes(*model);
    if (!shapes)
        return shapes.error();
    RecipeStep step;
    step.pass = pass;
    step.params = std::move(params);
    return prepareStep(std::move(model), *std::move(shapes), step, seed, plugins().passes());
}

std::vector<TensorPtr> randomInputs(const Model& model, std::uint64_t seed, std::int64_t open) {
    std::vector<TensorPtr> inputs;
    for (const auto id : model.graph->requiredInputs()) {
        const auto& type = model.graph->value(id)->type;
        Shape shape = type ? type->shape().value_or(Shape()) : Shape();
        std::replace(shape.begin(), shape.end(), std::int64_t(-1), open);
        const auto count = std::size_t(elementCount(shape).value_or(0));
        const DataType element = type ? type->elementType : DataType::Float;
        ++seed;
        if (element == DataType::Int64)
            inputs.push_back(makeTensor<std::int64_t>(shape, randomIntegers(count, seed, 0, 3)));
        else if (element == DataType::Bool || element == DataType::UInt8)
            inputs.push_back(makeTensor(element, shape, Blob(std::vector<std::byte>(count, std::byte(1)))));
        else if (auto tensor = fromFloats(element, shape, randomFloats(count, seed)))
            inputs.push_back(*std::move(tensor));
    }
    return inputs;
}

Result<std::vector<TensorPtr>> runModel(const Model& model, const std::vector<TensorPtr>& inputs) {
    const auto bytes = serializeOnnx(model);
    if (!bytes)
        return bytes.error();
    SessionOptions options;
    options.optimization = GraphOptimization::None;
    options.threads = 2;
    auto session = openSession(std::as_bytes(std::span(*bytes)), options);
    return session ? (*session)->run(inputs) : Result<std::vector<TensorPtr>>(session.error());
}

double relativeError(const std::vector<TensorPtr>& a, const std::vector<TensorPtr>& b) {
    constexpr double different = std::numeric_limits<double>::infinity();
    if (a.size() != b.size())
        return different;
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto x = toFloats(*a[i]), y = toFloats(*b[i]);
        if (!x || !y || a[i]->shape != b[i]->shape || a[i]->type != b[i]->type)
            return different;
        double largest = 1e-6, error = 0;
        for (std::size_t k = 0; k < x->size(); ++k) {
            const float left = (*x)[k], right = (*y)[k];
            if (std::isfinite(left) != std::isfinite(right))
                return different;
            if (!std::isfinite(left))
                continue;
            largest = std::max(largest, std::abs(double(left)));
            error = std::max(error, std::abs(double(left) - double(right)));
        }
        worst = std::max(worst, error / largest);
    }
    return worst;
}

std::size_t countOps(const Model& model, const std::string& op) {
    const auto nodes = model.graph->nodes();
    return std::size_t(
        std::count_if(nodes.begin(), nodes.end(), [&](const NodePtr& node) { return node->opType == op; }));
}

} // namespace lapidary::test
