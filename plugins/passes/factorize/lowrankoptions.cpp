// SPDX-License-Identifier: GPL-3.0-or-later
#include "lowrankoptions.h"

#include "pass/paramspecs.h"

namespace lapidary {

ParamSchema lowRankSchema() {
    using namespace params;
    return ParamSchema(
        {choice(
             "rank_by", "Ranks by", "How the ranks of the layers are chosen.",
             {{"ratio", "Same saving everywhere", "Every layer keeps the same share of its multiplications."},
              {"energy", "Energy", "Every layer keeps the smallest rank that holds this share of its output's power."},
              {"target", "Target for the model",
               "The treated layers together keep a share of their multiplications, spread so that least is lost."}}),
         when(within(number("ratio", "Ratio", "Share of each layer's multiplications that stays.", 0.5), 0.05, 0.95),
              "rank_by", {"ratio"}),
         when(within(number("energy", "Energy", "Share of the power of each layer's output that stays.", 0.9), 0.3,
                     0.9999),
              "rank_by", {"energy"}),
         when(within(number("target", "Target", "Share of the treated layers' multiplications that stays in all.", 0.6),
                     0.05, 0.95),
              "rank_by", {"target"}),
         choice("split", "Split of convolutions", "Into which smaller layers a convolution is split.",
                {{"auto", "By shape", "Spatial where the kernel is at least 3 x 3, channels otherwise."},
                 {"spatial", "Spatial", "k x 1, then 1 x k (Jaderberg et al. 2014)."},
                 {"channels", "Channels", "k x k with fewer outputs, then 1 x 1 (Zhang et al. 2015)."},
                 {"tucker", "Tucker", "1 x 1, k x k, 1 x 1 (Kim et al. 2016)."}}),
         within(integer("multiple", "Rank multiple",
                        "Ranks are rounded down to a multiple of this; 8 or 16 suits most hardware.", 8),
                1, 256),
         flag("use_data", "Use calibration data",
              "The split keeps what the layer really computes on the data, not only its weights.", true),
         when(flag("sequential", "Layer by layer",
                   "Each layer also makes up for the errors of the layers before it. Runs the data through once more.",
                   true),
              "use_data", {true}),
         when(flag("bias_correction", "Correct biases",
                   "The bias takes up the shift of the layer's mean output. Adds a bias where there is none.", true),
              "use_data", {true}),
         advanced(
             when(within(number("damping", "Damping",
                                "Share of the mean input power that is added to every input, for stability.", 0.01),
                         1e-6, 1),
                  "use_data", {true}))});
}

LowRankOptions LowRankOptions::from(const PassInput& input) {
    LowRankOptions options;
    const std::string by = input.text("rank_by"), split = input.text("split");
    options.rankBy = by == "energy" ? RankBy::Energy : by == "target" ? RankBy::Target : RankBy::Ratio;
    options.split = split == "spatial"    ? Split::Spatial
                    : split == "channels" ? Split::Channels
                    : split == "tucker"   ? Split::Tucker
                                          : Split::Auto;
    options.ratio = input.number("ratio");
    options.energy = input.number("energy");
    options.target = input.number("target");
    options.multiple = std::uint32_t(input.integer("multiple"));
    options.useData = input.flag("use_data");
    options.sequential = options.useData && input.flag("sequential");
    options.biasCorrection = options.useData && input.flag("bias_correction");
    options.damping = input.number("damping");
    return options;
}

} // namespace lapidary
