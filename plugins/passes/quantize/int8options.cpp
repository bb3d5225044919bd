// SPDX-License-Identifier: GPL-3.0-or-later
#include "int8options.h"

#include "base/glob.h"
#include "pass/paramspecs.h"
#include "pass/recipe.h"

#include <algorithm>

namespace lapidary {

namespace {

using namespace params;

ParamSpec percentileSpec() {
    auto made =
        within(number("percentile", "Percentile",
                      "This share of the values seen stays inside the range; the rest is clipped, half of it at "
                      "each end.",
                      99.99),
               90, 100);
    made.unit = "%";
    return when(std::move(made), "calibration", {"percentile"});
}

ParamSpec calibrationSpec() {
    return choice("calibration", "Range of the activations",
                  "How the range of every activation is taken from the data. One run over the data serves all methods.",
                  {{"mse", "Smallest error", "Weighs clipping against rounding and takes what errs least."},
                   {"minmax", "Smallest and largest", "Nothing is clipped."},
                   {"percentile", "Percentile", "Clips rare outliers and resolves the rest more finely."},
                   {"entropy", "Entropy", "Clips where the least information is lost (Kullback-Leibler)."},
                   {"moving_average", "Average over the samples", "The range of a typical sample."}});
}

ParamSpec roundingSpec() {
    return choice("rounding", "Rounding of the weights", "How a weight finds its integer.",
                  {{"quick", "Least output error, where quick",
                    "The errors of a channel's weights make up for each other on the calibration data. Layers with "
                    "more than 1152 weights per output round to nearest: they gain least and take longest."},
                   {"optimal", "Least output error, everywhere", "The same for every layer, however wide."},
                   {"nearest", "Nearest", "Each weight by itself."}});
}

ParamSpec biasMethodSpec() {
    return advanced(
        when(choice("bias_method", "Biases corrected by", "How the mean error of a layer's output is found.",
                    {{"means", "Mean inputs",
                      "From the mean of every input channel; found while the ranges are, takes no time."},
                     {"layers", "Running layer by layer",
                      "Runs every layer in float and in 8 bits behind those corrected before it. Takes several times "
                      "longer."}}),
             "correct_bias", {true}));
}

ParamSpec activationsSpec() {
    return choice("activations", "Activation type", "Unsigned 8-bit activations are fastest on most processors.",
                  {{"uint8", "uint8", "0 to 255."},
                   {"int8", "int8", "-128 to 127; slower than float on x86."},
                   {"uint16", "uint16", "For accelerators with 16-bit activations; processors compute in float."},
                   {"int16", "int16", "For accelerators with 16-bit activations; processors compute in float."}});
}

ParamSpec operatorsSpec() {
    return choice("operators", "Operators in 8 bits", "Which operators without weights compute in 8 bits.",
                  {{"measured", "As measured", "All whose 8-bit kernel in ONNX Runtime was run and found good."},
                   {"version_3", "As up to version 3",
                    "Fewer that only move values, and Resize between values, which rounds: the bytes that recipes of "
                    "versions 2 and 3 made."}});
}

} // namespace

ParamSchema int8Schema() {
    return ParamSchema(
        {calibrationSpec(), percentileSpec(),
         flag("per_channel", "A weight scale per channel",
              "Every output channel of a weight has a scale of its own; much more accurate, costs nothing at run time.",
              true),
         roundingSpec(),
         flag("correct_bias", "Correct biases",
              "Adds the mean error that each layer's output has on the calibration data to its bias.", true),
         biasMethodSpec(),
         flag(
             "equalize", "Equalize layers",
             "Scales channels between neighbouring layers so that their weights have like ranges. The network computes "
             "the same as before; it helps most with one weight scale per tensor.",
             false),
         choice("reduce_range", "7-bit weights",
                "Processors without 8-bit dot products (AVX2 and AVX-512 without VNNI) overflow with full weights.",
                {{"auto", "Where this computer needs it", "Full weights if this processor has VNNI or is no x86."},
                 {"on", "Yes", "Weights from -64 to 64: safe on every processor."},
                 {"off", "No", "Weights from -127 to 127."}}),
         choice("format", "Written as", "How the model says what is quantized.",
                {{"qdq", "Q/DQ pairs", "Understood by every runtime; kernels are fused when it is loaded."},
                 {"qoperator", "Integer operators", "QLinearConv and its like, as ONNX Runtime runs them."}}),
         advanced(activationsSpec()),
         advanced(flag("symmetric_activations", "Symmetric activations",
                       "Zero is the middle of the integers. Some accelerators want it; half of the range is lost where "
                       "values are never negative.",
                       false)),
         advanced(choice("weights", "Weight type", "The same numbers either way.",
                         {{"int8", "int8", "Around 0: fastest."},
                          {"uint8", "uint8", "Around 128: slower, but does not overflow without VNNI."}})),
         advanced(flag("nonlinear", "Sigmoid and Softmax in 8 bits",
                       "These lose more accuracy than they save time, so they stay in float unless asked for.", false)),
         advanced(
             flag("keep_isolated", "Isolated layers in float",
                  "A layer that would compute in 8 bits alone, with nothing but operators in float before and behind "
                  "it, stays in float where it does at most a twentieth of the multiplications: its two conversions "
                  "cost what it saves, and all that follows would carry their rounding.",
                  true)),
         advanced(flag(
             "shield_float", "Hold layers in float",
             "ONNX Runtime rounds the weights of a layer in float that stands between 8-bit layers, with one scale "
             "for all. What the layer reads then has scales per channel, which keeps it from doing so and changes no "
             "number.",
             true)),
         advanced(operatorsSpec()),
         advanced(flag("check_kernels", "See which kernels run",
                       "Runs the result once in ONNX Runtime and reports for every layer in which precision it ran.",
                       true)),
         text("exclude", "Keep in float",
              "Names of nodes that stay in floating point, separated by commas; * stands for any text.")});
}

namespace {

DataType activationType(const std::string& key) {
    return key == "int8"     ? DataType::Int8
           : key == "uint16" ? DataType::UInt16
           : key == "int16"  ? DataType::Int16
                             : DataType::UInt8;
}

RangeMethod rangeMethod(const std::string& key) {
    static const std::map<std::string, RangeMethod, std::less<>> methods = {
        {"minmax", RangeMethod::MinMax},
        {"percentile", RangeMethod::Percentile},
        {"entropy", RangeMethod::Entropy},
        {"mse", RangeMethod::Mse},
        {"moving_average", RangeMethod::MovingAverage}};
    const auto at = methods.find(key);
    return at == methods.end() ? RangeMethod::MinMax : at->second;
}

std::vector<std::string> globsOf(const std::string& text) {
    std::vector<std::string> globs;
    std::string pattern;
    for (const char c : text + ",") {
        if (c != ',') {
            pattern += c;
            continue;
        }
        const auto first = pattern.find_first_not_of(' ');
        if (first != std::string::npos)
            globs.push_back(pattern.substr(first, pattern.find_last_not_of(' ') - first + 1));
        pattern.clear();
    }
    return globs;
}

Status checkTypes(const Int8Options& options) {
    if (options.asIntegerOperators && options.wideActivations())
        return errorDiagnostic("quantize.types", "Integer operators take activations of 8 bits only.",
                               "Choose 8-bit activations, or write Q/DQ pairs.");
    if (options.unsignedWeights && options.activations == DataType::Int8)
        return errorDiagnostic("quantize.types", "No runtime multiplies signed activations with unsigned weights.",
                               "Choose uint8 activations or int8 weights.");
    return {};
}

} // namespace

bool reducesRange(const std::string& choice, bool saturates, bool unsignedWeights, bool wideActivations) {
    if (choice != "auto")
        return choice == "on";
    return saturates && !unsignedWeights && !wideActivations;
}

Result<Int8Options> Int8Options::from(const PassInput& input, bool productsSaturate) {
    Int8Options options;
    options.asIntegerOperators = input.text("format") == "qoperator";
    options.activations = activationType(input.text("activations"));
    options.range.method = rangeMethod(input.text("calibration"));
    options.range.percent = input.number("percentile");
    options.range.levels = options.wideActivations() ? 65536 : 256;
    options.range.symmetric = input.flag("symmetric_activations");
    options.unsignedWeights = input.text("weights") == "uint8";
    options.perChannel = input.flag("per_channel");
    options.nonlinear = input.flag("nonlinear");
    options.equalize = input.flag("equalize");
    options.optimalRounding = input.text("rounding") != "nearest";
    options.wideRounding = input.text("rounding") == "optimal";
    options.correctBias = input.flag("correct_bias");
    options.layerByLayer = options.correctBias && input.text("bias_method") == "layers";
    options.keepIsolated = input.flag("keep_isolated");
    options.shieldFloat = input.flag("shield_float");
    options.earlierOperators = input.text("operators") == "version_3";
    options.checkKernels = input.flag("check_kernels");
    options.exclude = globsOf(input.text("exclude"));
    if (reducesRange(input.text("reduce_range"), productsSaturate, options.unsignedWeights,
                     options.wideActivations())) {
        options.weightLimit = 64;
        if (input.text("reduce_range") == "auto")
            options.notes.push_back(noteDiagnostic(
                "quantize.reduced_range", "Weights keep to 7 bits: this processor has no 8-bit dot products (VNNI).",
                "For a device that has them, set reduce_range to off: the weights are more accurate then."));
    }
    if (auto status = checkTypes(options); !status)
        return status;
    return options;
}

bool Int8Options::excluded(const Node& node) const {
    const std::string name = displayName(node);
    return std::any_of(exclude.begin(), exclude.end(), [&](const std::string& glob) { return globMatch(glob, name); });
}

} // namespace lapidary
