// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "onnx/onnxshapes.h"
#include "pass/pass.h"
#include "plugin/pluginmanager.h"

#include <QString>

#include <stdexcept>

namespace lapidary::test {

/// The pass as the application gets it: out of the plugin library.
inline std::shared_ptr<const Pass> prunePass() {
    static PluginManager manager;
    if (manager.records().empty())
        manager.load({QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
    auto pass = manager.passes().find("prune.channels");
    if (!pass)
        throw std::runtime_error(pass.error().toString());
    return *pass;
}

inline ShapeInference onnxInference() {
    return [](const Model& model) { return inferOnnxShapes(model); };
}

inline PassInput passInput(const ModelPtr& model, const ParamSet& params, std::set<NodeId> scope = {}) {
    auto complete = prunePass()->info().schema.complete(params);
    if (!complete)
        throw std::runtime_error(complete.error().toString());
    auto shapes = inferOnnxShapes(*model);
    if (!shapes)
        throw std::runtime_error(shapes.error().toString());
    PassInput input;
    input.model = model;
    input.shapes = std::move(*shapes);
    input.params = std::move(*complete);
    input.scope = std::move(scope);
    return input;
}

} // namespace lapidary::test
