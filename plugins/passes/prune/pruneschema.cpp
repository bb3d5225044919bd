// SPDX-License-Identifier: GPL-3.0-or-later
#include "pruneschema.h"

#include "pass/paramspecs.h"
#include "pass/scope.h"

#include <algorithm>
#include <sstream>
#include <thread>

namespace lapidary {

ParamSchema pruneSchema() {
    using params::spec;
    ParamSpec ratio =
        spec("ratio", ParamType::Number, "Ratio", "Share of the channels that goes, from 0 to 0.95.", 0.25);
    ratio.minimum = 0;
    ratio.maximum = 0.95;
    ratio.step = 0.05;
    ParamSpec mode = spec("mode", ParamType::Choice, "Distribution",
                          "Whether every group of coupled layers gives the same share, or the least important channels "
                          "of the whole model go.",
                          "uniform");
    mode.options = {{"uniform", "Same ratio everywhere", "Every group loses the same share of its channels."},
                    {"global", "Ranked together",
                     "Channels of all groups are ranked by their importance relative to the "
                     "mean of their group; a group keeps at least a twentieth."},
                    {"sensitivity", "By sensitivity",
                     "The target is kept with the least loss in total: dynamic programming over what each group loses "
                     "at each width. Second-order importance on calibration data measures that best."}};
    ParamSpec importance =
        spec("importance", ParamType::Choice, "Importance", "How a channel's importance is judged.", "l1");
    importance.options = {
        {"l1", "L1 norm", "Sum of the absolute weights of the filter (Li et al. 2017)."},
        {"l2", "L2 norm", "Euclidean norm of the filter's weights."},
        {"bn_scale", "Normalization scale",
         "Scale of the batch normalization behind the layer (Liu et al. 2017); L1 where there is none."},
        {"geometric_median", "Geometric median",
         "Filters that the layer's others can stand in for go (He et al. 2019)."},
        {"activation", "Activation", "Root mean square of the channel on calibration data."},
        {"wanda", "Weights times activation",
         "Weights that read the channel times its root mean square on calibration data (Sun et al. 2023)."},
        {"obs", "Second order",
         "Error of the layers that read the channel once their other weights have made good what they can, on "
         "calibration "
         "data (optimal brain surgeon)."},
        {"random", "Random", "By the seed; a control for the others."}};
    ParamSpec target = spec("target", ParamType::Choice, "Until", "What decides how much goes.", "ratio");
    target.options = {
        {"ratio", "The ratio", "The share of the channels."},
        {"macs", "Multiplications", "Until the target share of the multiplications is left."},
        {"parameters", "Parameters", "Until the target share of the parameters is left."},
        {"bytes", "Bytes", "Until the target share of the parameters' bytes is left."},
        {"latency", "Predicted latency",
         "Until the target share of the milliseconds per layer is left: an estimate in which a layer's time "
         "shrinks with its multiplications, down to what is fixed of it."}};
    const std::vector<Json> targets{"macs", "parameters", "bytes", "latency"};
    ParamSpec share = spec("target_ratio", ParamType::Number, "Target share",
                           "Share of the multiplications, parameters, bytes or milliseconds that may stay.", 0.5);
    share.minimum = 0.02;
    share.maximum = 1;
    share.step = 0.05;
    share.dependsOn = "target";
    share.dependsValues = targets;
    ParamSpec layerMs =
        spec("layer_ms", ParamType::NodeNumbers, "Milliseconds per layer",
             "Measured times of single layers by node name, from a profile of the device.", Json::Object());
    layerMs.minimum = 0;
    layerMs.unit = "ms";
    layerMs.advanced = true;
    layerMs.dependsOn = "target";
    layerMs.dependsValues = {"latency"};
    ParamSpec layerFixedMs = spec("layer_fixed_ms", ParamType::NodeNumbers, "Fixed milliseconds per layer",
                                  "Part of a layer's milliseconds that stays however many of its multiplications go, "
                                  "from a latency model of the device; "
                                  "without it times shrink with the multiplications.",
                                  Json::Object());
    layerFixedMs.minimum = 0;
    layerFixedMs.unit = "ms";
    layerFixedMs.advanced = true;
    layerFixedMs.dependsOn = "target";
    layerFixedMs.dependsValues = {"latency"};
    ParamSpec rows =
        spec("rows", ParamType::Integer, "Rows per layer",
             "Rows of inputs that a layer's repair looks at, over all samples; ten per unknown at least.", 32768);
    rows.minimum = 256;
    rows.maximum = 1 << 22;
    rows.advanced = true;
    rows.dependsOn = "repair";
    rows.dependsValues = {"bias", "norm_statistics", "least_squares"};
    ParamSpec protectedLayers =
        spec("protect", ParamType::String, "Protected layers",
             "Names of layers that keep all channels, separated by commas; * and ? stand for any text.", "");
    protectedLayers.advanced = true;
    ParamSpec layers =
        spec("layer_ratios", ParamType::NodeNumbers, "Ratio per layer",
             "Ratios of single layers by node name; coupled layers follow, the largest ratio of a group counts.",
             Json::Object());
    layers.minimum = 0;
    layers.maximum = 0.95;
    ParamSpec multiple = spec("multiple", ParamType::Integer, "Channel multiple",
                              "The number of channels that stay is rounded to the nearest multiple of this, halves up, "
                              "and never above what is there. Processors compute in blocks of 8 or 16 channels: with "
                              "other widths a smaller network may even be slower.",
                              1);
    multiple.minimum = 1;
    multiple.maximum = 256;
    ParamSpec least =
        spec("min_channels", ParamType::Integer, "Fewest channels", "A layer keeps at least this many channels.", 1);
    least.minimum = 1;
    least.maximum = 4096;
    least.advanced = true;
    ParamSpec repair =
        spec("repair", ParamType::Choice, "Repair",
             "How accuracy is won back from calibration data. Without data nothing is repaired.", "least_squares");
    repair.options = {
        {"none", "None", "Weights that stay are left as they are."},
        {"bias", "Bias correction", "Every layer's mean output becomes the original's."},
        {"norm_statistics", "Normalization statistics",
         "Running mean and variance are measured again in the pruned network; bias correction where there "
         "is no normalization."},
        {"least_squares", "Least squares",
         "Layer by layer, weights are refit so that outputs come nearest to the original's (He et al. "
         "2017, \"Channel pruning\")."}};
    ParamSpec refit = spec("refit", ParamType::Choice, "Layers to repair", "Which layers are repaired.", "all");
    refit.options = {{"all", "All behind the cut", "Every layer that the cut disturbs, the classifier included."},
                     {"consumers", "Layers that lost inputs", "Only layers that read removed channels."}};
    refit.advanced = true;
    refit.dependsOn = "repair";
    refit.dependsValues = {"bias", "norm_statistics", "least_squares"};
    ParamSpec ridge = spec("ridge", ParamType::Number, "Ridge",
                           "Pull of the least squares towards the layer's own weights, relative to the mean power of "
                           "its inputs. More for few samples.",
                           0.001);
    ridge.minimum = 1e-8;
    ridge.maximum = 10;
    ridge.logarithmic = true;
    ridge.advanced = true;
    ridge.dependsOn = "repair";
    ridge.dependsValues = {"least_squares"};
    ParamSpec where = spec("channels", ParamType::Choice, "Channels", "Which channels may go.", "all");
    where.options = {{"all", "All", "Residual streams as well: every block that a stream runs through gets narrower."},
                     {"inner", "Inside of blocks", "Residual streams stay whole, which keeps far more accuracy."}};
    return ParamSchema({ratio, target, share, layerMs, layerFixedMs, mode, where, importance, layers, protectedLayers,
                        multiple, least, repair, refit, ridge, rows});
}

Importance importanceOf(const std::string& key) {
    static const std::map<std::string, Importance, std::less<>> byKey{{"l1", Importance::L1},
                                                                      {"l2", Importance::L2},
                                                                      {"bn_scale", Importance::BnScale},
                                                                      {"geometric_median", Importance::GeometricMedian},
                                                                      {"random", Importance::Random},
                                                                      {"activation", Importance::Activation},
                                                                      {"wanda", Importance::Wanda},
                                                                      {"obs", Importance::Obs}};
    const auto found = byKey.find(key);
    return found == byKey.end() ? Importance::L1 : found->second;
}

namespace {

std::map<std::string, double, std::less<>> numbersByNode(const PassInput& input, const char* key) {
    std::map<std::string, double, std::less<>> numbers;
    if (const auto given = input.params.find(key); given != input.params.end())
        for (const auto& [name, number] : given->second.object())
            numbers[name] = number.toDouble();
    return numbers;
}

} // namespace

Result<ChannelSelectionOptions> selectionOptions(const PassInput& input) {
    ChannelSelectionOptions options;
    options.ratio = input.number("ratio");
    options.layerRatios = numbersByNode(input, "layer_ratios");
    options.multiple = std::uint32_t(std::max<std::int64_t>(1, input.integer("multiple")));
    options.minChannels = std::uint32_t(std::max<std::int64_t>(1, input.integer("min_channels")));
    options.innerOnly = input.text("channels") == "inner";
    options.scope = input.scope;
    std::vector<std::string> patterns;
    std::istringstream names(input.text("protect"));
    for (std::string name; std::getline(names, name, ',');) {
        name.erase(0, name.find_first_not_of(' '));
        name.erase(name.find_last_not_of(' ') + 1);
        if (!name.empty())
            patterns.push_back(name);
    }
    auto nodes = resolveScope(*input.model, input.shapes, patterns);
    if (!nodes)
        return nodes.status();
    options.protectedLayers = std::move(*nodes);
    return options;
}

TargetOptions targetOptions(const PassInput& input) {
    TargetOptions options;
    const std::string measure = input.text("target");
    options.wanted = measure != "ratio";
    options.measure = measure == "parameters" ? Measure::Parameters
                      : measure == "bytes"    ? Measure::Bytes
                      : measure == "latency"  ? Measure::Latency
                                              : Measure::Macs;
    options.share = input.number("target_ratio");
    options.layerMs = numbersByNode(input, "layer_ms");
    options.layerFixedMs = numbersByNode(input, "layer_fixed_ms");
    return options;
}

Distribution distributionOf(const PassInput& input) {
    const std::string mode = input.text("mode");
    return mode == "global"        ? Distribution::Global
           : mode == "sensitivity" ? Distribution::Sensitivity
                                   : Distribution::Uniform;
}

RepairOptions repairOptions(const PassInput& input) {
    RepairOptions options;
    const std::string method = input.text("repair");
    options.method = method == "bias"              ? Repair::Bias
                     : method == "norm_statistics" ? Repair::NormStatistics
                     : method == "least_squares"   ? Repair::LeastSquares
                                                   : Repair::None;
    options.everything = input.text("refit") != "consumers";
    options.ridge = input.number("ridge");
    options.rows = std::size_t(std::max<std::int64_t>(1, input.integer("rows")));
    options.seed = input.seed;
    options.threads = int(std::max(1u, std::thread::hardware_concurrency()));
    return options;
}

} // namespace lapidary
