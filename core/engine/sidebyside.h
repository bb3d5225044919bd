// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"
#include "device/backend.h"

namespace lapidary {

/// A value computed in two places, the second against the first.
struct ValueError {
    double sqnrDb = 0; ///< +infinity: equal; NaN or -infinity: nothing in common
    double cosine = 0;
};

/// The same samples through a model, or parts of it, on two devices. One thread; model, data and devices outlive it.
class SideBySide {
public:
    struct Options {
        std::size_t samples = 4;
        int threads = 0; ///< on the device
    };
    /// Reads the samples. Fails with "departure.input" and as the dataset does.
    static Result<SideBySide> make(const Model& model, const Dataset& data, Device& there, Device& here,
                                   const Options& options, const Work& work);

    /// One error for each of the named values, which are computed by a model cut down to them. Elements that are not
    /// finite count only where the two places differ. Fails as devices do.
    Result<std::vector<ValueError>> compare(const std::vector<std::string>& values, const Work& work);
    std::size_t samples() const { return m_samples; }

private:
    SideBySide(const Model& model, const Dataset& data, Device& there, Device& here, int threads)
        : m_model(model), m_data(data), m_there(there), m_here(here), m_threads(threads) {}

    const Model& m_model;
    const Dataset& m_data;
    Device& m_there;
    Device& m_here;
    int m_threads;
    TensorPtr m_input;
    std::size_t m_samples = 0;
};

} // namespace lapidary
