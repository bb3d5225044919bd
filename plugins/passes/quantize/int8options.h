// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"

#include <map>

namespace lapidary {

struct Int8Options {
    bool signedActivations = false;
    bool perChannel = true;
    bool percentile = false;
    double percent = 100;                    ///< share of the values that the range keeps, in percent
    int weightLimit = 127;                   ///< largest integer of a weight
    bool nonlinear = false;                  ///< Sigmoid and Softmax in 8 bits too
    std::vector<std::string> exclude;        ///< globs over node names
    std::map<NodeId, std::string> keptFloat; ///< further nodes that stay in float, and why

    static Int8Options from(const PassInput& input);
    bool excluded(const Node& node) const;
};

ParamSchema int8Schema();

} // namespace lapidary
