// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"
#include "graph/model.h"
#include "graph/shapetable.h"
#include "pass/calibration.h"
#include "pass/paramschema.h"

#include <functional>
#include <map>
#include <memory>
#include <set>

namespace lapidary {

enum class Technique { Simplify, Prune, Quantize, Factorize, Train, Transfer, Other };
std::string_view techniqueName(Technique technique);

/// What everyone may know about a pass without running it. `id` is public ("prune.channels") and never changes its meaning
/// without a new `version`.
struct PassInfo {
    std::string id;
    int version = 1;
    std::string title;   ///< "Prune channels"
    std::string summary; ///< one sentence
    Technique technique = Technique::Other;
    bool lossless = false;
    bool idempotent = false;
    bool usesCalibration = false; ///< may ask for calibration data, depending on the parameters
    ParamSchema schema;
    /// Versions that recipes may still name, with the values that they gave to parameters a recipe leaves out, where these
    /// differ from the defaults of today: the same recipe then gives the same bytes.
    std::map<int, ParamSet> earlierDefaults;

    /// Whether recipes may ask for this version; 0: whatever is installed.
    bool runsAs(int wanted) const { return wanted == 0 || wanted == version || earlierDefaults.count(wanted) > 0; }
};

/// Everything a pass may look at. Immutable during the call.
struct PassInput {
    ModelPtr model;
    ShapeTable shapes;      ///< of model->graph, batch 1
    ParamSet params;        ///< complete: every key of the schema
    std::set<NodeId> scope; ///< nodes the user chose; empty: the whole graph
    std::uint64_t seed = 0;

    bool inScope(NodeId id) const { return scope.empty() || scope.count(id) > 0; }
    bool flag(std::string_view key) const;
    std::int64_t integer(std::string_view key) const;
    double number(std::string_view key) const;
    std::string text(std::string_view key) const;
};

/// Totals of a model, exact.
struct ModelTotals {
    std::uint64_t parameters = 0;
    std::uint64_t bytes = 0; ///< of the parameters as stored
    std::uint64_t macs = 0;
    Json toJson() const;
};

/// What the pass will do at one node.
struct NodePlan {
    NodeId node;
    std::uint32_t channels = 0;              ///< output channels now; 0: not about channels
    std::vector<std::uint32_t> removed;      ///< output channels that go, sorted
    int group = -1;                          ///< nodes with the same number are coupled
    std::string precision;                   ///< "int8", "float16": what it will compute in; empty: unchanged
    std::uint64_t macsBefore = 0, macsAfter = 0;
    std::uint64_t bytesBefore = 0, bytesAfter = 0;
};

/// A node or region the pass leaves alone, and why.
struct FencedNode {
    NodeId node;
    std::string reason;
};

/// The answer to "what would happen": exact bytes and MACs, nothing applied.
struct PassPreview {
    std::vector<NodePlan> nodes; ///< only nodes that change, in graph order
    std::vector<FencedNode> fenced;
    ModelTotals before, after;
    Diagnostics notes;
};

/// What the pass did at one node.
struct LayerReport {
    std::string node; ///< name
    std::string opType;
    std::string what;               ///< "64 → 48 channels", "int8, scale per channel"
    /// Named measures: "weight_sqnr_db", "ratio" … The error that a step causes in the layer's output is "error_percent" of
    /// the output's energy, "error_before_percent" what it would be without repair or compensation.
    std::map<std::string, double> numbers;
    std::vector<std::uint32_t> removedChannels; ///< of the layer's output, rising
};

struct PassOutcome {
    ModelPtr model;
    std::vector<LayerReport> layers;
    std::vector<FencedNode> fenced;
    Diagnostics notes;
};

/// What a running pass may use besides its input.
struct PassContext {
    Work work;
    CalibrationProvider* calibration = nullptr; ///< null: the user gave no data
    ShapeInference inferShapes;                 ///< for passes that rewrite the graph in several steps; may be empty
};

/// One transformation of a model. Objects are stateless and may be used from several threads at once. A pass must not
/// touch files, keep globals, start threads that outlive the call, read the clock or depend on hash order: same input,
/// same seed, same bytes. It checks context.work.stopRequested() often enough to stop within 200 ms.
class Pass {
public:
    virtual ~Pass();
    virtual const PassInfo& info() const = 0;
    /// Fast (≤ 16 ms on a ResNet-50): follows a slider. Fails with "pass.*" when the pass cannot do anything with this
    /// model or these parameters, saying why.
    virtual Result<PassPreview> preview(const PassInput& input) const = 0;
    virtual Result<PassOutcome> run(const PassInput& input, PassContext& context) const = 0;
};

} // namespace lapidary
