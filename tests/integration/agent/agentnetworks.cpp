// SPDX-License-Identifier: GPL-3.0-or-later
#include "agentnetworks.h"

namespace lapidary::test {

ModelPtr network(int layers, int channels, int side, std::uint64_t seed) {
    ModelBuilder b;
    b.input("x", {1, channels, side, side});
    std::string last = "x";
    for (int i = 0; i < layers; ++i) {
        const auto n = std::to_string(i);
        b.init("w" + n, {channels, channels, 3, 3}, seed + std::uint64_t(i));
        b.node("Conv", {last, "w" + n}, {"sum" + n}, {attr("pads", {1, 1, 1, 1})}, "conv" + n);
        b.node("Relu", {"sum" + n}, {"act" + n}, {}, "relu" + n);
        last = "act" + n;
    }
    return b.output(last).build();
}

ProfileOptions shortProfile(bool perNode) {
    ProfileOptions options;
    options.threads = 1;
    options.maxSeconds = 0.3;
    options.minRuns = 6;
    options.maxRuns = 40;
    options.perNode = perNode;
    return options;
}

} // namespace lapidary::test
