// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "eval/anytimeinterval.h"

namespace lapidary {

/// When an evaluation has seen enough: as soon as it is sure on which side of a limit the number for the whole dataset
/// will be.
struct StopRule {
    enum class Metric {
        Drop,     ///< percentage points of top-1 lost against the reference
        Top1,     ///< percent
        Agreement ///< percent, with the reference
    };
    Metric metric = Metric::Drop;
    double limit = 1;
    double error = 0.05; ///< the chance to be wrong, over all looks together

    /// "drop=1.0", "top1=80", "agreement=98". Fails with "eval.stop_rule".
    static Result<StopRule> parse(const std::string& text);
    std::string metricName() const; ///< "drop", "top1", "agreement"
    std::string toString() const;   ///< what parse() reads: "drop=1"
};

/// What became of a rule.
struct StopVerdict {
    enum class Side { Open, Below, Above };
    StopRule rule;
    Side side = Side::Open;
    double low = 0, high = 100;   ///< the number for the whole dataset lies here, valid at any moment
    std::string toString() const; ///< "the drop is below 1 point"
    Json toJson() const;          ///< metric, limit, verdict, low, high, confidence
    /// What toJson() wrote. Fails with "eval.stop_rule".
    static Result<StopVerdict> fromJson(const Json& json);
};

/// Watches the samples of an evaluation for a rule.
class StopWatch {
public:
    StopWatch(const StopRule& rule, std::size_t population);
    /// Whether the model and the reference are right, and whether they agree.
    void add(bool modelRight, bool referenceRight, bool agree);
    StopVerdict verdict() const;
    bool settled() const { return verdict().side != StopVerdict::Side::Open; }

private:
    StopRule m_rule;
    AnytimeInterval m_interval;
};

} // namespace lapidary
