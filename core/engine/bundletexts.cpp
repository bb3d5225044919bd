// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/bundletexts.h"

#include "pass/recipe.h"

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace lapidary {

namespace {

std::string fixed(double value, int digits) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
    return buffer;
}

std::string portText(const PortInfo& port) {
    std::string shape;
    for (std::size_t i = 0; i < port.shape.size(); ++i) {
        const bool named = port.shape[i] < 0 && i < port.symbols.size() && !port.symbols[i].empty();
        shape += (i ? " x " : "") + (port.shape[i] >= 0 ? std::to_string(port.shape[i])
                                     : named            ? port.symbols[i]
                                                        : std::string("?"));
    }
    return "`" + port.name + "`: " + dataTypeName(port.type) + (shape.empty() ? "" : ", " + shape);
}

std::string shareLine(const char* title, const Json& evaluation, const char* key) {
    if (!evaluation[key].isNumber())
        return {};
    const std::string name = key;
    return std::string("| ") + title + " | " + fixed(evaluation[key].toDouble(), 2) +
           " % (95 %: " + fixed(evaluation[name + "_low"].toDouble(), 2) + " to " +
           fixed(evaluation[name + "_high"].toDouble(), 2) + ") | " +
           std::to_string(evaluation["samples"].toInteger()) + " samples of " +
           evaluation["dataset"]["name"].toString("the evaluation data") + " |\n";
}

std::string measuredText(const Json& measured) {
    std::string rows;
    const auto& evaluation = measured["evaluation"];
    rows += shareLine("Top-1", evaluation, "top1") + shareLine("Top-5", evaluation, "top5") +
            shareLine("Same answer as the source", evaluation, "agreement");
    for (const auto& profile : measured["profiles"].array()) {
        const auto& ci = profile["ci95_ms"].array();
        rows +=
            "| Latency on " + profile["device"].toString() + " | " + fixed(profile["median_ms"].toDouble(), 3) + " ms" +
            (ci.size() == 2 ? " (95 %: " + fixed(ci[0].toDouble(), 3) + " to " + fixed(ci[1].toDouble(), 3) + ")"
                            : "") +
            " | " + std::to_string(profile["runs"].toInteger()) + " runs, " +
            std::to_string(profile["threads"].toInteger()) + " threads, batch " +
            std::to_string(profile["batch"].toInteger(1)) +
            (profile["environment"]["cpu"].isString() ? ", " + profile["environment"]["cpu"].toString() : "") + " |\n";
    }
    if (rows.empty())
        return "Nothing was measured when the bundle was made.\n";
    return "| What | Measured | On |\n|---|---|---|\n" + rows;
}

std::string runText(const BundleDescription& description) {
    std::string text =
        "## Check it\n\n```\nsha256sum -c SHA256SUMS\nlapidary-cli project verify .\n```\n\n"
        "The second command loads the model, preprocesses the raw samples in `golden/`, runs them, and says what "
        "differs from the recorded inputs and outputs. With `--data DATASET.json` it measures the accuracy again.\n";
    if (!description.preprocess)
        return text + "\nNo dataset was known, so the goldens are made-up inputs and there are no sample programs.\n";
    text += "\n## Run it\n\nPython (numpy and onnxruntime):\n\n```\npython3 samples/python/classify.py . --self-test\n"
            "python3 samples/python/classify.py . " +
            description.goldens.front().raw +
            "\n```\n\n"
            "C++ (ONNX Runtime 1.21 or newer; ORT is where its `include` and `lib` are):\n\n```\n"
            "c++ -std=c++17 -O2 -I ORT/include samples/cpp/classify.cpp -L ORT/lib -l:libonnxruntime.so.1 "
            "-Wl,-rpath,ORT/lib -o classify\n"
            "./classify . --self-test\n./classify . " +
            description.goldens.front().raw +
            "\n```\n\n"
            "`samples/cpp/contract.h` holds what the network expects; `bundle.json` holds the same for programs.\n";
    return text;
}

std::string recipeText(const Json& recipes) {
    std::string text;
    for (const auto& entry : recipes.array())
        if (const auto recipe = Recipe::fromJson(entry))
            text += "1. `" + recipe->toText() + "` (seed " + std::to_string(recipe->seed) + ")\n";
    return text.empty() ? "The model is as it was imported.\n" : text;
}

} // namespace

std::string bundleReadme(const BundleDescription& description) {
    std::string text =
        "# " + description.name + "\n\nMade with " + description.versions + ".\n\n## Model\n\n`" +
        description.modelFile + "`, " + std::to_string(description.modelFacts["file_bytes"].toInteger()) + " bytes, " +
        std::to_string(description.modelFacts["parameters"].toInteger()) + " parameters, " +
        std::to_string(description.modelFacts["macs"].toInteger()) + " multiply-accumulates per sample.\n\n";
    for (const auto& port : description.inputs)
        text += "- input " + portText(port) + "\n";
    for (const auto& port : description.outputs)
        text += "- output " + portText(port) + "\n";
    text += "\n## Measured\n\n" + measuredText(description.measured) + "\n" + runText(description);
    if (description.preprocess)
        text += "\n## Preprocessing\n\nA pixel from 0 to 255 becomes `(pixel * scale - mean) / std`.\n\n```json\n" +
                description.preprocess->toJson().dump(2) + "\n```\n";
    text += "\n## How it was made\n\nSource model: SHA-256 `" + description.sourceHash + "`\n\n" +
            recipeText(description.recipes);
    return text + "\nLicences: see `LICENCES.md`.\n";
}

std::string bundleLicences(const BundleDescription& description, const Model& model) {
    std::string text = "# Licences\n\n## The model\n\n";
    std::string known;
    for (const auto& [key, value] : model.metadata) {
        std::string lower = key;
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](unsigned char c) { return char(std::tolower(c)); });
        if (lower.find("license") != std::string::npos || lower.find("licence") != std::string::npos ||
            lower.find("author") != std::string::npos || lower.find("copyright") != std::string::npos)
            known += "- " + key + ": " + value + "\n";
    }
    text += known.empty()
                ? "The model's metadata names no licence and no author. Find out before you pass it on: compressing a "
                  "model does not change who may use it.\n"
                : "Its metadata says:\n\n" + known;
    if (!model.producerName.empty())
        text += "\nProducer: " + model.producerName +
                (model.producerVersion.empty() ? "" : " " + model.producerVersion) + "\n";
    if (description.preprocess)
        text += "\n## The samples in `golden/`\n\nThey were taken from the dataset the model was measured on, whose "
                "terms hold for "
                "them too.\n\n## The programs in `samples/`\n\n0BSD: use, change and pass on, without conditions and "
                "without "
                "warranty.\n";
    return text + "\n## What is not in the bundle\n\nONNX Runtime (MIT licence) runs the model. Lapidary "
                  "(GPL-3.0-or-later) made the "
                  "bundle; its licence does not extend to what it makes.\n";
}

} // namespace lapidary
