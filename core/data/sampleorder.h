// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"

#include <vector>

namespace lapidary {

/// The numbers 0 … count - 1 in an order drawn from `seed`, each order as likely as any other; the same on every
/// machine (R. Durstenfeld, "Algorithm 235: Random permutation", CACM 7(7), 1964).
std::vector<std::size_t> shuffledOrder(std::size_t count, std::uint64_t seed);

/// Another dataset in an order drawn from `seed`: what was seen of it at any moment is a random sample without
/// replacement. Indices in its batches are those of the other dataset, Batch::first is the place in the order. `base`
/// must outlive it.
class ShuffledDataset final : public Dataset {
public:
    ShuffledDataset(const Dataset& base, std::uint64_t seed)
        : m_base(base), m_order(shuffledOrder(base.size(), seed)) {}

    std::string name() const override { return m_base.name(); }
    std::size_t size() const override { return m_base.size(); }
    bool labelled() const override { return m_base.labelled(); }
    const std::vector<std::string>& classes() const override { return m_base.classes(); }
    const Preprocess& preprocess() const override { return m_base.preprocess(); }
    Shape sampleShape() const override { return m_base.sampleShape(); }
    std::int64_t labelOffset() const override { return m_base.labelOffset(); }
    std::int64_t highestLabel() const override { return m_base.highestLabel(); }
    std::string hash() const override { return m_base.hash(); }
    Result<Batch> batch(std::size_t first, std::size_t count, const Work& work) const override;
    Diagnostics problems() const override { return m_base.problems(); }
    std::string sampleName(std::size_t index) const override { return m_base.sampleName(index); }

private:
    const Dataset& m_base;
    std::vector<std::size_t> m_order;
};

} // namespace lapidary
