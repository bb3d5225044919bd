// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/layerbias.h"
#include "lowrankoptions.h"

#include <memory>
#include <mutex>

namespace lapidary {

/// How much of a layer's power each direction holds, falling; empty: not known yet.
struct Spectra {
    std::vector<double> output; ///< Channels and Spatial: of the one rank; Tucker: of the output side
    std::vector<double> input;  ///< Tucker: of the input side
};

/// Ranks a layer could have, and what they cost; exact. Bias not counted: it stays.
struct RankChoice {
    std::size_t rank = 0, inputRank = 0; ///< inputRank: Tucker only
    std::uint64_t macs = 0, weights = 0;
};

/// A layer that may be split.
struct LowRankLayer {
    WeightMatrix matrix;
    std::string name;
    LowRankScheme scheme = LowRankScheme::Channels;
    std::size_t kernel[2] = {1, 1};
    BiasPlace bias;
    std::uint64_t macsBefore = 0, weightsBefore = 0;
    std::vector<RankChoice> choices;  ///< those that save multiplications and bytes, rising
    std::optional<RankChoice> chosen; ///< none: the layer stays as it is
};

struct LowRankPlan {
    std::vector<LowRankLayer> layers; ///< in graph order
    std::vector<FencedNode> fenced;
    Diagnostics notes;
};

/// Which layers could be split and how. Reads no weights. Fails with "pass.not_applicable" when no layer has a
/// weight that is a matrix; where splitting only saves nothing, a note says so.
Result<LowRankPlan> planLowRank(const PassInput& input, const LowRankOptions& options);

/// Chooses every layer's ranks. `spectra`: by layer, may be null or hold empty entries; energy and target then fall
/// back on the same share of multiplications for all, and false is returned. What stays whole is fenced with its
/// reason.
bool chooseRanks(LowRankPlan& plan, const LowRankOptions& options, const std::vector<Spectra>* spectra);

/// Share of the power that is lost at these ranks.
double lostPower(const Spectra& spectra, const RankChoice& choice);

/// Spectra by weight and scheme, of the newest run: what a preview may use. Holds weights weakly; thread-safe.
class SpectrumCache {
public:
    void store(const TensorPtr& weight, LowRankScheme scheme, Spectra spectra);
    std::optional<Spectra> find(const TensorPtr& weight, LowRankScheme scheme) const;

private:
    struct Entry {
        std::weak_ptr<const Tensor> weight;
        LowRankScheme scheme;
        Spectra spectra;
    };
    mutable std::mutex m_mutex;
    std::vector<Entry> m_entries;
};

} // namespace lapidary
