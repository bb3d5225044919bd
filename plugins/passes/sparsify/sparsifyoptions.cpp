// SPDX-License-Identifier: GPL-3.0-or-later
#include "sparsifyoptions.h"

#include "pass/paramspecs.h"

namespace lapidary {
namespace {

using namespace params;

std::vector<ParamSpec> patternSpecs() {
    const std::vector<Json> shares = {"unstructured", "block"};
    return {
        choice("pattern", "Pattern", "Where zeros may stand.",
               {{"unstructured", "Anywhere", "Most accurate; helps compression and silicon that skips single zeros."},
                {"n_m", "N of M", "At most N non-zeros in every M neighbours, as sparse tensor cores want it."},
                {"block", "Blocks", "Whole blocks of output by input channels, for kernels that skip blocks."}}),
        when(within(spec("sparsity", ParamType::Number, "Sparsity", "Share of the weights that become zero.", 0.5), 0,
                    0.99, 0.05),
             "pattern", shares),
        when(within(spec("n", ParamType::Integer, "N: non-zeros", "Weights that stay in every set of M.", 2), 1, 63),
             "pattern", {"n_m"}),
        when(within(spec("m", ParamType::Integer, "M: neighbours", "Size of a set; 4 for 2:4.", 4), 2, 64), "pattern",
             {"n_m"}),
        when(choice(
                 "axis", "Neighbours",
                 "Which weights form a set. Hardware reduces over input channels, so that is where it wants the zeros.",
                 {{"input", "Input channels", "Neighbouring input channels at one kernel position."},
                  {"output", "Output channels", "Neighbouring output channels for one input."}}),
             "pattern", {"n_m"}),
        when(within(spec("block_rows", ParamType::Integer, "Block: output channels", "Height of a block.", 4), 1, 128),
             "pattern", {"block"}),
        when(within(spec("block_columns", ParamType::Integer, "Block: input channels", "Width of a block.", 4), 1, 128),
             "pattern", {"block"})};
}

std::vector<ParamSpec> criterionSpecs() {
    const std::vector<Json> data = {"obs", "wanda"};
    return {
        choice(
            "criterion", "Criterion", "How it is judged which weights the model can do without.",
            {{"obs", "Optimal brain surgeon",
              "What each removal costs at the layer's output on calibration data, once the other weights have made up "
              "for it (Hassibi & Stork 1993; Frantar & Alistarh 2022, 2023)."},
             {"wanda", "Weight times input",
              "Magnitude times the norm of what the weight is multiplied with, from calibration data (Sun et al. "
              "2023)."},
             {"magnitude", "Magnitude", "The smallest go. Needs no data, costs most accuracy."}}),
        when(spec("compensate", ParamType::Bool, "Adjust what remains",
                  "The remaining weights are set to what reproduces the layer's output best on the calibration data.",
                  true),
             "criterion", data),
        when(spec("bias_correction", ParamType::Bool, "Correct biases",
                  "The bias takes up the shift of the layer's mean output. Adds a bias where there is none.", true),
             "criterion", data),
        when(
            spec("sequential", ParamType::Bool, "Layer by layer",
                 "Each layer is adjusted to what the layers before it, already sparse, really give; errors do not pile "
                 "up. Runs the data through the model once more for every layer.",
                 true),
            "criterion", data)};
}

std::vector<ParamSpec> whereSpecs() {
    const std::vector<Json> shares = {"unstructured", "block"};
    return {
        when(choice("distribution", "Distribution", "How the zeros are spread over the layers.",
                    {{"uniform", "Same share everywhere", "Every layer gets the sparsity asked for."},
                     {"global", "Smallest of all", "The smallest weights of the whole model go, by magnitude."},
                     {"sensitivity", "By sensitivity",
                      "Where removal hurts least: by the relative error at each layer's output, or, without data, by "
                      "layer-adaptive magnitude (Lee et al. 2021)."}}),
             "pattern", shares),
        when(within(spec("highest_sparsity", ParamType::Number, "Highest sparsity of a layer",
                         "No layer loses a larger share than this, unless it is asked for by name.", 0.95),
                    0, 0.99),
             "distribution", {"global", "sensitivity"}),
        within(spec("layer_sparsity", ParamType::NodeNumbers, "Sparsity per layer",
                    "Sparsity of single layers by node name; 0 keeps a layer as it is.", Json::Object()),
               0, 0.99),
        spec("keep_first", ParamType::Bool, "Keep first layers",
             "Layers that read the model's input stay dense: few weights, much influence.", true),
        spec("keep_last", ParamType::Bool, "Keep last layers", "Layers behind which no other layer stands stay dense.",
             false),
        spec("depthwise", ParamType::Bool, "Depthwise layers too",
             "Depthwise convolutions have few weights and suffer most, so they stay dense unless asked for.", false),
        advanced(when(choice("solver", "Solver", "How the optimal brain surgeon goes about it.",
                             {{"auto", "By size", "Exact up to 1024 inputs per output, blocked beyond."},
                              {"exact", "Exact", "One weight after the other, row by row."},
                              {"blocked", "Blocked", "Column by column, all rows at once: for wide layers."}}),
                      "criterion", {"obs"})),
        advanced(when(within(spec("damping", ParamType::Number, "Damping",
                                  "Share of the mean input power that is added to every input, for stability.", 0.01),
                             1e-6, 1),
                      "criterion", {"obs", "wanda"}))};
}

} // namespace

ParamSchema sparsifySchema() {
    std::vector<ParamSpec> all = patternSpecs();
    for (auto&& part : {criterionSpecs(), whereSpecs()})
        all.insert(all.end(), part.begin(), part.end());
    return ParamSchema(std::move(all));
}

Result<SparsifyOptions> SparsifyOptions::from(const PassInput& input) {
    SparsifyOptions options;
    const std::string pattern = input.text("pattern"), criterion = input.text("criterion"),
                      distribution = input.text("distribution"), solver = input.text("solver");
    options.pattern.kind = pattern == "n_m"     ? SparsityPattern::Kind::NofM
                           : pattern == "block" ? SparsityPattern::Kind::Block
                                                : SparsityPattern::Kind::Unstructured;
    options.pattern.keep = std::size_t(input.integer("n"));
    options.pattern.of = std::size_t(input.integer("m"));
    options.pattern.acrossOutputs = input.text("axis") == "output";
    options.pattern.blockRows = std::size_t(input.integer("block_rows"));
    options.pattern.blockColumns = std::size_t(input.integer("block_columns"));
    if (options.pattern.kind == SparsityPattern::Kind::NofM && options.pattern.keep >= options.pattern.of)
        return errorDiagnostic("param.range",
                               "N (" + std::to_string(options.pattern.keep) + ") must be less than M (" +
                                   std::to_string(options.pattern.of) + "): N of every M weights stay.",
                               "2:4 is n=2, m=4.");
    options.sparsity = input.number("sparsity");
    options.criterion = criterion == "magnitude" ? Criterion::Magnitude
                        : criterion == "wanda"   ? Criterion::Wanda
                                                 : Criterion::Surgeon;
    if (options.pattern.kind != SparsityPattern::Kind::NofM)
        options.distribution = distribution == "global"        ? Distribution::Global
                               : distribution == "sensitivity" ? Distribution::Sensitivity
                                                               : Distribution::Uniform;
    options.solver = solver == "exact" ? Solver::Exact : solver == "blocked" ? Solver::Blocked : Solver::Auto;
    options.compensate = options.needsData() && input.flag("compensate");
    options.biasCorrection = options.needsData() && input.flag("bias_correction");
    options.sequential = options.needsData() && input.flag("sequential");
    options.keepFirst = input.flag("keep_first");
    options.keepLast = input.flag("keep_last");
    options.depthwise = input.flag("depthwise");
    options.highestSparsity = input.number("highest_sparsity");
    options.damping = input.number("damping");
    if (const auto layers = input.params.find("layer_sparsity"); layers != input.params.end())
        for (const auto& [name, share] : layers->second.object())
            options.layerSparsity[name] = share.toDouble();
    return options;
}

} // namespace lapidary
