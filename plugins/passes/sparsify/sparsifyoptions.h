// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"
#include "sparsitypattern.h"

namespace lapidary {

/// The parameters of prune.weights as the code uses them.
struct SparsifyOptions {
    enum class Criterion { Magnitude, Wanda, Surgeon };
    enum class Distribution { Uniform, Global, Sensitivity };
    enum class Solver { Auto, Exact, Blocked };

    SparsityPattern pattern;
    double sparsity = 0.5;
    Criterion criterion = Criterion::Surgeon;
    Distribution distribution = Distribution::Uniform;
    Solver solver = Solver::Auto;
    bool compensate = true, biasCorrection = true, sequential = true;
    bool keepFirst = true, keepLast = false, depthwise = false;
    double highestSparsity = 0.95;
    double damping = 0.01;
    std::map<std::string, double> layerSparsity; ///< by node name

    bool needsData() const { return criterion != Criterion::Magnitude; }
    /// Fails with "param.range" where parameters contradict each other.
    static Result<SparsifyOptions> from(const PassInput& input);
};

ParamSchema sparsifySchema();

} // namespace lapidary
