// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/calibration.h"

namespace lapidary {

/// How the range of an activation is taken from its statistics.
enum class RangeMethod {
    MinMax,        ///< everything seen
    Percentile,    ///< a share of the values, half of the rest cut at each end
    Entropy,       ///< loses the least information (Kullback-Leibler)
    Mse,           ///< smallest mean squared error of rounding and clipping together
    MovingAverage, ///< the range of a sample, averaged over the samples
};

struct RangeOptions {
    RangeMethod method = RangeMethod::MinMax;
    double percent = 99.99; ///< Percentile: share of the values that the range keeps
    int levels = 256;       ///< integers the range is divided into
    bool symmetric = false; ///< zero in the middle of the integers
};

/// Finite, low <= 0 <= high.
struct ActivationRange {
    float low = 0;
    float high = 0;
};

/// Statistic bits that the method needs.
unsigned statisticsFor(const RangeOptions& options);

/// The range to represent, never wider than what was seen and zero. All methods read the same statistics, so that one
/// run over the data serves every one of them; without a histogram they all give everything seen.
///
/// Entropy: Migacz 2017, "8-bit Inference with TensorRT" (GTC talk): the threshold on the magnitude at which the
/// clipped histogram and its rounding to `levels` differ least in the sense of Kullback and Leibler; the bin of zero
/// counts no more than its neighbour, and nine tenths of the rest stay. With more levels than bins nothing is clipped.
/// Mse: the squared error is minimized over both ends, as Choukroun et al. 2019, "Low-bit Quantization of Neural
/// Networks for Efficient Inference", do over one; Banner et al. 2019, "Post training 4-bit quantization of
/// convolutional networks for rapid-deployment", give the trade between clipping and rounding in closed form for known
/// distributions.
ActivationRange chooseRange(const ValueStatistics& statistics, const RangeOptions& options);

/// What rounding to `levels` integers over a range does to the values of a histogram.
struct RangeError {
    double signal = 0;       ///< mean square of the values
    double noise = 0;        ///< mean squared error
    double clippedShare = 0; ///< of the values, 0..1, as far as whole bins lie outside

    double sqnrDb() const; ///< 200 if nothing is lost
};
RangeError rangeError(const ValueStatistics& statistics, ActivationRange range, int levels, bool symmetric);

} // namespace lapidary
