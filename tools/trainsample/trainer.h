// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "clothing.h"
#include "torchops.h"

#include <filesystem>

namespace lapidary::sample {

struct TrainingSettings {
    uint64_t seed = 1;
    int64_t epochs = 9;
    int64_t batch = 128;
    double learningRate = 0.2; ///< at the top of the cycle
    double weightDecay = 5e-4;
    double labelSmoothing = 0.05;
    double averaging = 0.998;          ///< decay per step of the moving average of the weights
    std::filesystem::path checkpoints; ///< folder for a checkpoint after each epoch; empty: none
    bool resume = false;               ///< go on from the checkpoint in that folder
    double minutes = 0;                ///< stop after the epoch in which this time is over; 0: no limit
};

struct Trained {
    ParameterStore network;
    int64_t epoch = 0;     ///< the epoch it was taken after, from 1
    double validation = 0; ///< top-1 on the validation images, in percent
    double seconds = 0;
    bool finished = true; ///< false when the time was over before the last epoch
};

/// Trains from scratch and gives back the averaged weights of the epoch that did best on `validation`.
/// Same seed, settings, thread count and machine: same weights. Prints one line per epoch.
Trained trainNetwork(const ImageSet& training, const ImageSet& validation, const TrainingSettings& settings);

/// Top-1 in percent, computed by libtorch.
double accuracy(ParameterStore& network, const ImageSet& images);

/// Images [first, first + count) of a set, normalised, as [count, 1, 28, 28].
torch::Tensor imageTensor(const ImageSet& images, int64_t first, int64_t count);

} // namespace lapidary::sample
