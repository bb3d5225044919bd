// SPDX-License-Identifier: GPL-3.0-or-later
#include "weightbitsoptions.h"

namespace lapidary {
namespace {

struct Spec : ParamSpec {
    Spec(std::string name, ParamType kind, std::string title, std::string text, Json value) {
        key = std::move(name);
        type = kind;
        label = std::move(title);
        help = std::move(text);
        defaultValue = std::move(value);
    }
    Spec within(double low, double high) && {
        minimum = low;
        maximum = high;
        return std::move(*this);
    }
    Spec in(std::string what) && {
        unit = std::move(what);
        return std::move(*this);
    }
    Spec when(std::string other, std::vector<Json> values) && {
        dependsOn = std::move(other);
        dependsValues = std::move(values);
        return std::move(*this);
    }
    Spec expert() && {
        advanced = true;
        return std::move(*this);
    }
};

Spec choice(std::string key, std::string label, std::string help, std::vector<ParamSpec::Option> options) {
    Spec made(std::move(key), ParamType::Choice, std::move(label), std::move(help), options.front().key);
    made.options = std::move(options);
    return made;
}

std::vector<ParamSpec> gridSpecs() {
    return {choice("mode", "Bits", "How many bits each layer gets.",
                   {{"uniform", "The same everywhere", "Every layer gets the bits asked for."},
                    {"sensitivity", "By sensitivity",
                     "Bits go where a layer's output suffers most without them, within a "
                     "size for all weights together."}}),
            Spec("bits", ParamType::Integer, "Bits per weight", "Size of a code; 4 is a good start.", 4)
                .within(2, 8)
                .in("bits")
                .when("mode", {"uniform"}),
            Spec("target", ParamType::Number, "Size",
                 "Bytes of the weights afterwards, as a share of what they take now. Scales and codebooks count.", 0.15)
                .within(0.07, 0.5)
                .when("mode", {"sensitivity"}),
            choice("granularity", "A scale per", "How many weights share a scale.",
                   {{"channel", "Output channel", "One scale per output channel: costs next to nothing."},
                    {"group", "Group of inputs",
                     "Scales of their own for groups of neighbouring inputs of each channel: "
                     "more accurate at few bits, and larger."},
                    {"tensor", "Layer", "One scale for all weights of a layer."}}),
            Spec("group_size", ParamType::Integer, "Group size",
                 "Inputs per group. The nearest size that divides the inputs of a channel is taken.", 32)
                .within(4, 1024)
                .when("granularity", {"group"}),
            choice("grid", "Levels", "Where the values lie that codes stand for.",
                   {{"uniform", "Evenly spaced", "What every device can compute."},
                    {"codebook", "Codebook",
                     "A table per layer, fitted to its weights by k-means; looked up when the "
                     "model is loaded."}}),
            Spec("symmetric", ParamType::Bool, "Symmetric",
                 "Zero is the middle of the range; otherwise each scale has a "
                 "zero point of its own.",
                 true)
                .when("grid", {"uniform"})};
}

std::vector<ParamSpec> roundingSpecs() {
    return {
        choice("rounding", "Rounding", "How codes are chosen.",
               {{"gptq", "For the least output error",
                 "Errors of one weight are made up for by the others, on calibration data (Frantar et al. 2022), then "
                 "single codes and scales are improved."},
                {"mse", "Nearest, clipped", "Nearest code, with the scale of least squared weight error. No data."},
                {"nearest", "Nearest", "Nearest code; the largest weight sets the scale. No data."}}),
        Spec("sequential", ParamType::Bool, "Layer by layer",
             "Each layer is fitted to what the layers before it, already quantized, really give; errors do not pile "
             "up.",
             true)
            .when("rounding", {"gptq"}),
        Spec("bias_correction", ParamType::Bool, "Correct biases",
             "The bias takes up the shift of the layer's mean output. Adds a bias where there is none.", true)
            .when("rounding", {"gptq"}),
        Spec("activation_order", ParamType::Bool, "Strongest inputs first",
             "Weights of strong inputs are rounded while others can still make up for them.", true)
            .when("rounding", {"gptq"})
            .expert(),
        Spec("damping", ParamType::Number, "Damping",
             "Share of the mean input power that is added to every input, for stability.", 0.01)
            .within(1e-6, 1)
            .when("rounding", {"gptq"})
            .expert(),
        choice("rows", "Data looked at", "How many output positions of a layer are looked at.",
               {{"all", "All", "256 of every sample."},
                {"enough", "As many as tell enough",
                 "128 for every weight of an output, over all samples; 32768 at least. Half the time with a thousand "
                 "samples, and the output errs as little; single answers fall differently."}})
            .when("rounding", {"gptq"})
            .expert()};
}

std::vector<ParamSpec> whereSpecs() {
    return {
        Spec("layer_bits", ParamType::NodeNumbers, "Bits per layer",
             "Bits of single layers by node name; * and ? stand for any text, 0 keeps a layer in float.",
             Json::Object())
            .within(0, 8),
        Spec("first_bits", ParamType::Integer, "First layers, at least",
             "Layers that read the model's input have few weights with much influence.", 8)
            .within(2, 8)
            .in("bits"),
        Spec("depthwise_bits", ParamType::Integer, "Depthwise layers, at least",
             "Depthwise convolutions have few weights, and the accuracy depends on each of them.", 8)
            .within(2, 8)
            .in("bits"),
        choice(
            "storage", "Stored as", "How codes lie in the file and become numbers again.",
            {{"auto", "Packed, unpacked when loaded",
              "The smallest form in standard operators: 4- and 8-bit integers or packed words, taken apart by "
              "BitShift, Cast and Mul. ONNX Runtime does that once, when the model is loaded: afterwards it is as "
              "fast as in float, and computes the same numbers."},
             {"dequantize", "DequantizeLinear",
              "Always integers of 8 or 4 bits behind DequantizeLinear (opset 21 for 4 bits), which compilers for "
              "devices know; narrower codes take the next width. ONNX Runtime on a CPU does it at every run, which is "
              "slower than float."},
             {"matmul_nbits", "MatMulNBits",
              "Matrix products by ONNX Runtime's own operator (com.microsoft), which multiplies 4- or 8-bit groups "
              "without unpacking them; other layers as above."}})};
}

} // namespace

ParamSchema weightBitsSchema() {
    std::vector<ParamSpec> all = gridSpecs();
    for (auto&& part : {roundingSpecs(), whereSpecs()})
        all.insert(all.end(), part.begin(), part.end());
    return ParamSchema(std::move(all));
}

} // namespace lapidary
