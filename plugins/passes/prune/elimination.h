// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "consumergram.h"

namespace lapidary {

/// Channels of a group in the order in which they should go, and what each costs.
struct EliminationOrder {
    std::vector<std::uint32_t> order; ///< the last channel is the one that stays longest
    /// By place in the order: relative squared error of what the consumers make, after every consumer's remaining
    /// weights have made good what they can; summed over consumers. Rising.
    std::vector<double> loss;
};

/// Optimal brain surgeon for whole channels (Hassibi and Stork 1993; blocks as in Frantar and Alistarh 2022, "Optimal
/// brain compression"): again and again the channel goes that costs least, and the least-squares compensation of the
/// others is taken into account at once. Consumers must belong to the group. Fails with "base.cancelled".
Result<EliminationOrder> eliminateChannels(GroupIndex group, std::uint32_t channels,
                                           const std::vector<const ConsumerGram*>& consumers, const Work& work);

} // namespace lapidary
