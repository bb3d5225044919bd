// SPDX-License-Identifier: GPL-3.0-or-later
#include "selfcheck.h"

#include "costops.h"

#include <ATen/Context.h>
#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <torch/torch.h>

namespace lapidary::sample {
namespace {

/// Float sums of 10^5 terms in another order differ by some 1e-6 of the largest value; a wrong kernel is off by 0.1-1.
constexpr double kTolerance = 1e-4;

struct Convolved {
    torch::Tensor output;
    torch::Tensor inputGradient;
    torch::Tensor weightGradient;
};

/// The definition of a convolution and of its gradients, in double precision.
Convolved convolveByLoop(const torch::Tensor& input, const torch::Tensor& weight, const torch::Tensor& gradient,
                         const ConvSpec& spec) {
    const torch::Tensor in = input.contiguous();
    const torch::Tensor w = weight.contiguous();
    const torch::Tensor g = gradient.contiguous();
    Convolved sums{torch::zeros(g.sizes(), torch::kDouble), torch::zeros(in.sizes(), torch::kDouble),
                   torch::zeros(w.sizes(), torch::kDouble)};
    const float* const inData = in.data_ptr<float>();
    const float* const wData = w.data_ptr<float>();
    const float* const gData = g.data_ptr<float>();
    double* const outSum = sums.output.data_ptr<double>();
    double* const inSum = sums.inputGradient.data_ptr<double>();
    double* const wSum = sums.weightGradient.data_ptr<double>();
    const int64_t batch = in.size(0);
    const int64_t side = in.size(2);
    const int64_t outSide = g.size(2);
    const int64_t groupIn = spec.in / spec.groups;
    const int64_t groupOut = spec.out / spec.groups;
    const int64_t kernel = spec.kernel;

    // One (output channel, input channel, tap) at a time; the two inner loops run over positions.
    const auto tap = [&](int64_t n, int64_t o, int64_t i, int64_t ky, int64_t kx) {
        const int64_t channel = o / groupOut * groupIn + i;
        const int64_t w0 = ((o * groupIn + i) * kernel + ky) * kernel + kx;
        for (int64_t y = 0; y < outSide; ++y) {
            const int64_t fromY = y * spec.stride + ky - spec.padding();
            for (int64_t x = 0; fromY >= 0 && fromY < side && x < outSide; ++x) {
                const int64_t fromX = x * spec.stride + kx - spec.padding();
                if (fromX >= 0 && fromX < side) {
                    const int64_t at = ((n * spec.in + channel) * side + fromY) * side + fromX;
                    const int64_t to = ((n * spec.out + o) * outSide + y) * outSide + x;
                    outSum[to] += double(wData[w0]) * inData[at];
                    inSum[at] += double(wData[w0]) * gData[to];
                    wSum[w0] += double(inData[at]) * gData[to];
                }
            }
        }
    };
    for (int64_t n = 0; n < batch; ++n) {
        for (int64_t o = 0; o < spec.out; ++o) {
            for (int64_t i = 0; i < groupIn; ++i) {
                for (int64_t k = 0; k < kernel * kernel; ++k) {
                    tap(n, o, i, k / kernel, k % kernel);
                }
            }
        }
    }
    return sums;
}

double relativeError(const torch::Tensor& value, const torch::Tensor& reference) {
    const torch::Tensor difference = (value.to(torch::kDouble) - reference).abs().max();
    return difference.item<double>() / std::max(reference.abs().max().item<double>(), 1e-12);
}

/// The largest relative error of one convolution over its output and both gradients.
double errorOf(const CostOps::ConvUse& use, int64_t batch) {
    const ConvSpec& spec = use.spec;
    // In the memory layout that training uses, which decides what oneDNN runs.
    const auto layout = spec.in == 1 ? at::MemoryFormat::Contiguous : at::MemoryFormat::ChannelsLast;
    const torch::Tensor input =
        torch::randn({batch, spec.in, use.side, use.side}).contiguous(layout).requires_grad_(true);
    const torch::Tensor weight =
        torch::randn({spec.out, spec.in / spec.groups, spec.kernel, spec.kernel}).requires_grad_(true);
    const torch::Tensor output = torch::conv2d(input, weight, {}, spec.stride, spec.padding(), 1, spec.groups);
    const torch::Tensor gradient = torch::randn(output.sizes()).contiguous(layout);
    output.backward(gradient);
    const Convolved expected = convolveByLoop(input.detach(), weight.detach(), gradient, spec);
    return std::max({relativeError(output.detach(), expected.output),
                     relativeError(input.grad(), expected.inputGradient),
                     relativeError(weight.grad(), expected.weightGradient)});
}

double largestError(const std::vector<CostOps::ConvUse>& uses, int64_t batch) {
    torch::manual_seed(1);
    double largest = 0;
    for (const CostOps::ConvUse& use : uses) {
        const double error = errorOf(use, batch);
        // Written so that a NaN counts as wrong.
        if (!(error <= kTolerance)) {
            std::printf("self-check: conv %ldx%ld %ld->%ld stride %ld groups %ld at %ldx%ld is off by %.2g\n",
                        long(use.spec.kernel), long(use.spec.kernel), long(use.spec.in), long(use.spec.out),
                        long(use.spec.stride), long(use.spec.groups), long(use.side), long(use.side), error);
            return 1;
        }
        largest = std::max(largest, error);
    }
    return largest;
}

} // namespace

void checkConvolutions(int64_t batch) {
    CostOps cost;
    SampleNetwork<CostOps>{cost}({1, 28});
    std::vector<CostOps::ConvUse> uses;
    for (const CostOps::ConvUse& use : cost.convolutions) {
        const auto same = [&use](const auto& o) { return o.spec == use.spec && o.side == use.side; };
        if (std::none_of(uses.begin(), uses.end(), same)) {
            uses.push_back(use);
        }
    }
    double error = largestError(uses, batch);
    if (error > kTolerance) {
        std::puts("self-check: this oneDNN computes a convolution wrongly here; training without it (slower)");
        at::globalContext().setUserEnabledMkldnn(false);
        error = largestError(uses, batch);
    }
    if (error > kTolerance) {
        throw std::runtime_error(
            "this libtorch computes convolutions wrongly on this machine, with and without oneDNN");
    }
    std::printf("self-check: %zu convolutions agree with a plain loop, largest relative error %.2g\n", uses.size(),
                error);
}

} // namespace lapidary::sample
