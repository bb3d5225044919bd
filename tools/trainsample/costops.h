// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "network.h"

#include <vector>

namespace lapidary::sample {

/// Counts what the network costs for one image and collects the convolutions it uses. A Value is {channels, side}.
class CostOps {
public:
    struct Value {
        int64_t channels = 0;
        int64_t side = 0;
    };
    struct ConvUse {
        ConvSpec spec;
        int64_t side = 0; ///< height and width of the input
    };

    Value conv(const std::string&, const Value& x, const ConvSpec& spec) {
        const int64_t side = (x.side + 2 * spec.padding() - spec.kernel) / spec.stride + 1;
        parameters += spec.weights() + (spec.bias ? spec.out : 0);
        macs += spec.weights() * side * side;
        convolutions.push_back({spec, x.side});
        return {spec.out, side};
    }
    Value batchNorm(const std::string&, const Value& x, int64_t channels) {
        parameters += 4 * channels;
        return x;
    }
    Value linear(const std::string&, const Value&, int64_t in, int64_t out) {
        parameters += in * out + out;
        macs += in * out;
        return {out, 1};
    }
    Value globalPool(const std::string&, const Value& x) { return {x.channels, 1}; }
    Value relu(const std::string&, const Value& x) { return x; }
    Value sigmoid(const std::string&, const Value& x) { return x; }
    Value flatten(const std::string&, const Value& x) { return x; }
    Value add(const std::string&, const Value& a, const Value&) { return a; }
    Value mul(const std::string&, const Value& a, const Value&) { return a; }

    int64_t parameters = 0; ///< every stored number, the running mean and variance of BatchNorm included
    int64_t macs = 0;       ///< multiply-accumulates of convolutions and linear layers
    std::vector<ConvUse> convolutions;
};

} // namespace lapidary::sample
