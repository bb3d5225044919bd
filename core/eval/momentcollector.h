// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/momentsums.h"

namespace lapidary {

struct MomentCollectorOptions {
    MomentOptions moments;
    std::uint64_t samples = 0; ///< that will come; 0: not known
    int threads = 1;           ///< for one value
};

/// How the sums of a layer are gathered.
GramOptions gramOptions(const WeightMatrix& matrix, const MomentCollectorOptions& options);

/// Moments of several layers of a model from the values that they read, however these come by; no targets.
class MomentCollector {
public:
    /// All but the options must outlive the collector. `shapes` are of batch 1.
    MomentCollector(const std::vector<const WeightMatrix*>& matrices, const Graph& graph, const ShapeTable& shapes,
                    const MomentCollectorOptions& options);

    const std::vector<std::string>& values() const { return m_names; } ///< that have to be added, each once a sample
    /// Samples of one value in order, one thread at a time; any number of values at once.
    Status add(const std::string& value, const TensorPtr& tensor, std::size_t first, std::size_t samples);
    /// When all samples were added, once for each matrix; any number of matrices at once. None as MomentSums::finish().
    std::optional<LayerMoments> take(std::size_t matrix) { return m_sums[matrix].finish(); }

    /// That the sums of a layer take until they are taken: half of its moments'.
    static std::uint64_t bytesFor(const WeightMatrix& matrix);

private:
    struct Reader {
        std::size_t matrix, user;
    };
    std::vector<MomentSums> m_sums;
    std::vector<std::string> m_names;
    std::map<std::string, std::vector<Reader>> m_readers;
};

} // namespace lapidary
