// SPDX-License-Identifier: GPL-3.0-or-later
// Trains the clothing network of the sample project; see README.md beside this file.
#include "classifier.h"
#include "costops.h"
#include "onnxops.h"
#include "selfcheck.h"
#include "trainer.h"

#include <ATen/Context.h>
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <malloc.h>

using namespace lapidary::sample;

namespace {

constexpr int64_t kValidationImages = 5000;

struct Options {
    TrainingSettings training;
    std::string data = "/usr/share/datasets/fashion-mnist";
    std::string out;
    int64_t limit = 0;
    int threads = 2;
};

void writeFile(const std::string& path, const std::string& bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), std::streamsize(bytes.size()));
    file.close();
    if (!file) {
        throw std::runtime_error(path + ": cannot be written");
    }
}

/// The largest difference between libtorch's and ONNX Runtime's logits for the first images of a set.
float largestDifference(ParameterStore& network, Classifier& classifier, const ImageSet& images) {
    constexpr int64_t kImages = 64;
    const torch::NoGradGuard guard;
    const torch::Tensor batch = imageTensor(images, 0, kImages);
    const torch::Tensor expected = runNetwork(network, batch, false).contiguous();
    const float* const pixels = batch.data_ptr<float>();
    const std::vector<float> actual = classifier.logits({pixels, pixels + batch.numel()});
    float largest = 0;
    for (size_t i = 0; i < actual.size(); ++i) {
        largest = std::max(largest, std::abs(actual[i] - expected.data_ptr<float>()[i]));
    }
    return largest;
}

void train(const Options& options) {
    // Each step frees and asks again for the same large blocks: keep them, or every step pays for fresh pages.
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
    torch::set_num_threads(options.threads);
    at::globalContext().setDeterministicAlgorithms(true, false);
    at::globalContext().setFlushDenormal(true);
    CostOps cost;
    SampleNetwork<CostOps>{cost}({1, kSide});
    std::printf("network: %ld parameters, %.2f million multiply-accumulates per image\n", long(cost.parameters),
                double(cost.macs) / 1e6);
    checkConvolutions(options.training.batch);

    const ImageSet all =
        readImages(options.data + "/train-images-idx3-ubyte.gz", options.data + "/train-labels-idx1-ubyte.gz");
    const ImageSet test =
        readImages(options.data + "/t10k-images-idx3-ubyte.gz", options.data + "/t10k-labels-idx1-ubyte.gz");
    const int64_t count = all.size() - kValidationImages;
    const ImageSet validation = all.part(count, kValidationImages);
    Trained trained = trainNetwork(all.part(0, options.limit > 0 ? std::min(options.limit, count) : count), validation,
                                   options.training);

    char description[256];
    std::snprintf(
        description, sizeof description,
        "Small residual network for 28 x 28 clothing images (Fashion-MNIST), trained by lapidary-train-sample "
        "with seed %lu for %ld epochs. GPL-3.0-or-later.",
        static_cast<unsigned long>(options.training.seed), long(options.training.epochs));
    std::string bytes;
    toOnnx(trained.network, description).SerializeToString(&bytes);
    writeFile(options.out, bytes);

    Classifier classifier(options.out, options.threads);
    const float difference = largestDifference(trained.network, classifier, validation);
    std::printf("averaged weights after epoch %ld, trained for %.0f s%s\n", long(trained.epoch), trained.seconds,
                trained.finished ? "" : "; stopped early, go on with --resume");
    std::printf("%s: %zu bytes; ONNX Runtime differs from libtorch by at most %.2g\n", options.out.c_str(),
                bytes.size(), double(difference));
    std::printf("validation %.2f %%, test %.2f %% (ONNX Runtime)\n",
                100.0 * double(classifier.countRight(validation, kMean, kStd)) / double(validation.size()),
                100.0 * double(classifier.countRight(test, kMean, kStd)) / double(test.size()));
    if (!(difference < 1e-3F)) {
        throw std::runtime_error("the written network does not compute what was trained");
    }
}

} // namespace

int main(int argc, char** argv) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // progress shows at once in a log file too
    Options options;
    CLI::App app("Trains the clothing network of Lapidary's sample project and writes it as ONNX.");
    app.add_option("-o,--out", options.out, "ONNX file to write")->required();
    app.add_option("--data", options.data, "Folder of Fashion-MNIST's four idx files")->capture_default_str();
    app.add_option("--seed", options.training.seed, "Seed of weights, order and augmentation")->capture_default_str();
    app.add_option("--epochs", options.training.epochs)->check(CLI::PositiveNumber)->capture_default_str();
    app.add_option("--batch", options.training.batch)->check(CLI::PositiveNumber)->capture_default_str();
    app.add_option("--learning-rate", options.training.learningRate, "At the top of the cycle")->capture_default_str();
    app.add_option("--threads", options.threads)->check(CLI::PositiveNumber)->capture_default_str();
    app.add_option("--limit", options.limit, "Use only the first N training images (0: all)")->capture_default_str();
    app.add_option("--minutes", options.training.minutes, "Stop after the epoch in which this is over (0: never)");
    CLI::Option* const folder = app.add_option("--checkpoints", options.training.checkpoints, "Folder for checkpoints");
    app.add_flag("--resume", options.training.resume, "Go on from the checkpoint")->needs(folder);
    CLI11_PARSE(app, argc, argv);
    try {
        train(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "lapidary-train-sample: %s\n", error.what());
        return 1;
    }
    return 0;
}
