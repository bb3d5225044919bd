// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/bundletexts.h"

#include "pass/recipe.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>

namespace lapidary {

namespace {

std::string fixed(double value, int digits) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
    return buffer;
}

/// 1234567 -> "1 234 567".
std::string grouped(std::int64_t number) {
    auto text = std::to_string(number);
    for (auto at = std::ptrdiff_t(text.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3)
        text.insert(std::size_t(at), " ");
    return text;
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

std::string latencyLine(const Json& profile) {
    const auto& ci = profile["ci95_ms"].array();
    const bool estimate = profile["estimate"].toBool();
    const auto threads = profile["threads"].toInteger();
    std::string line = std::string(estimate ? "| Latency, *estimated, not measured*, for " : "| Latency on ") +
                       profile["device"].toString() + " | " + (estimate ? "about " : "") +
                       fixed(profile["median_ms"].toDouble(), 3) + " ms";
    if (ci.size() == 2 && !estimate)
        line += " (95 %: " + fixed(ci[0].toDouble(), 3) + " to " + fixed(ci[1].toDouble(), 3) + ")";
    line += " | ";
    if (!estimate)
        line += "median of " + std::to_string(profile["runs"].toInteger()) + " runs, ";
    line += std::to_string(threads) + (threads == 1 ? " thread" : " threads") + ", batch " +
            std::to_string(profile["batch"].toInteger(1));
    if (profile["environment"]["cpu"].isString())
        line += ", " + profile["environment"]["cpu"].toString();
    if (!estimate && !profile["stable"].toBool(true))
        line += "; " + profile["verdict"].toString("unstable");
    return line + " |\n";
}

std::string measuredText(const Json& measured) {
    std::string rows;
    const auto& evaluation = measured["evaluation"];
    rows += shareLine("Top-1", evaluation, "top1") + shareLine("Top-5", evaluation, "top5") +
            shareLine("Same answer as the source", evaluation, "agreement");
    for (const auto& profile : measured["profiles"].array())
        rows += latencyLine(profile);
    if (rows.empty())
        return "Nothing was measured before the bundle was made: neither accuracy nor latency is known.\n";
    return "| What | Measured | On |\n|---|---|---|\n" + rows;
}

/// Which numbers the network reads: those of black and of white.
std::string rangeText(const Preprocess& p) {
    double low = 0, high = 0;
    for (std::size_t c = 0; c < std::max<std::size_t>({1, p.mean.size(), p.std.size()}); ++c) {
        const auto of = [c](const std::vector<double>& list, double fallback) {
            return list.empty() ? fallback : list[list.size() == 1 ? 0 : c];
        };
        for (const double pixel : {0.0, 255.0}) {
            const double value = (pixel * p.scale - of(p.mean, 0)) / of(p.std, 1);
            low = c == 0 && pixel == 0 ? value : std::min(low, value);
            high = c == 0 && pixel == 0 ? value : std::max(high, value);
        }
    }
    return "The network then reads numbers from " + fixed(low, 3) + " to " + fixed(high, 3) + ".\n";
}

/// The preprocessing in words, step by step, and the numbers that come out.
std::string preprocessText(const BundleDescription& description) {
    const auto& p = *description.preprocess;
    const bool arrays = !description.goldens.empty() && description.goldens.front().raw.ends_with(".npy");
    std::string text;
    if (!arrays) {
        text += "1. Decode the picture to 8 bits per channel, " +
                std::string(p.color == ColorOrder::Gray  ? "grey (0.299 R + 0.587 G + 0.114 B)"
                            : p.color == ColorOrder::Bgr ? "channels in the order blue, green, red"
                                                         : "channels in the order red, green, blue") +
                ".\n";
        const auto how = " with " + p.toJson()["interpolation"].toString() + " interpolation.\n";
        if (p.resizeShorter)
            text += "1. Resize so that the shorter side has " + std::to_string(*p.resizeShorter) + " pixels," + how;
        else if (p.resizeTo)
            text += "1. Resize to " + std::to_string(p.resizeTo->first) + " x " + std::to_string(p.resizeTo->second) +
                    " pixels (width x height)," + how;
        else if (!p.crop)
            text += "1. Do not resize: the picture must have the size that is fed.\n";
        if (p.crop)
            text +=
                "1. Cut " + std::to_string(*p.crop) + " x " + std::to_string(*p.crop) + " pixels from the middle.\n";
    }
    text += std::string("1. Turn each ") + (arrays ? "number" : "byte") +
            " into `(value * scale - mean) / std`, channel by channel.\n";
    if (!arrays)
        text += "1. Lay it out as " +
                std::string(p.layout == Layout::Nchw ? "NCHW: one plane after the other"
                                                     : "NHWC: the channels of a pixel side by side") +
                ", and feed it to `" + p.input + "`.\n\n" + rangeText(p);
    return text + "\n```json\n" + p.toJson().dump(2) + "\n```\n";
}

std::string classesText(const BundleDescription& description) {
    if (description.classes.empty())
        return {};
    const auto offset = description.labelOffset;
    return "\n`classes.txt` names " + grouped(std::int64_t(description.classes.size())) +
           " classes, one a line. Output index " +
           (offset == 0 ? std::string("0 is the first line.\n")
                        : "= line (counted from 0) " + std::string(offset > 0 ? "+ " : "- ") +
                              std::to_string(std::abs(offset)) + ".\n");
}

std::string runText(const BundleDescription& description) {
    std::string text =
        "## Check it\n\n```\nsha256sum -c SHA256SUMS\nlapidary-cli project verify .\n```\n\n"
        "The second command loads the model, " +
        std::string(description.preprocess ? "preprocesses the raw samples in `golden/`, runs them"
                                           : "runs the inputs in `golden/`") +
        ", and says what differs from what was recorded. With `--data DATASET.json` it measures the accuracy again. "
        "Small differences are expected on other processors; `tolerance` in `bundle.json` says how much is "
        "allowed.\n";
    if (!description.preprocess)
        return text + "\nNo dataset was known, so how inputs are prepared is not known either: the samples in "
                      "`golden/` are made-up "
                      "numbers, and there are no sample programs.\n";
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
    const auto& facts = description.modelFacts;
    std::string text = "# " + description.name +
                       "\n\nA neural network with everything needed to run it as it was measured, and to check that it "
                       "does. Made with " +
                       description.versions + ".\n\n## Model\n\n`" + description.modelFile + "`: ONNX, opset " +
                       std::to_string(facts["opset"].toInteger()) + ", " + grouped(facts["file_bytes"].toInteger()) +
                       " bytes, " + grouped(facts["parameters"].toInteger()) + " parameters, " +
                       grouped(facts["macs"].toInteger()) + " multiply-accumulates per sample. SHA-256:\n\n    " +
                       description.modelHash + "\n\n";
    for (const auto& port : description.inputs)
        text += "- input " + portText(port) + "\n";
    for (const auto& port : description.outputs)
        text += "- output " + portText(port) + "\n";
    text += classesText(description) + "\n## Measured\n\n" + measuredText(description.measured);
    if (description.preprocess)
        text += "\n## What goes in\n\n" + preprocessText(description);
    text +=
        "\n" + runText(description) + "\n## How it was made\n\nSource model: SHA-256 `" + description.sourceHash +
        "`\n\n" + recipeText(description.recipes) +
        "\n## Files\n\n| File | What |\n|---|---|\n"
        "| `" +
        description.modelFile +
        "` | the model |\n"
        "| `bundle.json` | all of this page for programs: inputs, preprocessing, recipes, measurements, tolerances |\n"
        "| `golden/` | samples and the outputs they must give |\n";
    if (description.preprocess)
        text += "| `golden.json` | the samples as a Lapidary dataset |\n";
    if (!description.classes.empty())
        text += "| `classes.txt` | names of the classes |\n";
    return text + "| `SHA256SUMS` | checksums of all files |\n| `LICENCES.md` | who may use what |\n";
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
