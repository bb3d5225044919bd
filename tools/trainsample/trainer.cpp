// SPDX-License-Identifier: GPL-3.0-or-later
#include "trainer.h"

#include "augment.h"

#include <chrono>
#include <cmath>
#include <cstdio>

namespace lapidary::sample {
namespace {

using Clock = std::chrono::steady_clock;
using Kind = ParameterStore::Kind;

constexpr double kPi = 3.14159265358979323846;
constexpr double kRisingEpochs = 2.8;
constexpr double kMomentum = 0.9;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Smith and Topin 2018, "Super-Convergence": up in a line from a tenth of the peak, down along a half cosine to 0.
double learningRateAt(double epoch, double epochs, double peak) {
    const double rising = std::min(kRisingEpochs, 0.5 * epochs);
    if (epoch < rising) {
        return peak * (0.1 + 0.9 * epoch / rising);
    }
    return peak * 0.5 * (1.0 + std::cos(kPi * (epoch - rising) / (epochs - rising)));
}

struct Batch {
    torch::Tensor images;
    torch::Tensor labels;
};

Batch augmentedBatch(const ImageSet& set, std::span<const int64_t> indices, std::mt19937_64& random) {
    const auto count = int64_t(indices.size());
    Batch batch{torch::empty({count, 1, kSide, kSide}), torch::empty({count}, torch::kLong)};
    std::vector<uint8_t> varied(static_cast<size_t>(kPixels));
    for (int64_t i = 0; i < count; ++i) {
        augment(set.image(indices[size_t(i)]), varied, random);
        normalise(varied, {batch.images.data_ptr<float>() + i * kPixels, size_t(kPixels)});
        batch.labels.data_ptr<int64_t>()[i] = set.labels[size_t(indices[size_t(i)])];
    }
    return batch;
}

/// One training run; its members are what a checkpoint holds.
class Run {
public:
    Run(const ImageSet& training, const ImageSet& validation, const TrainingSettings& settings)
        : m_training(training), m_validation(validation), m_settings(settings) {
        torch::manual_seed(settings.seed);
        runNetwork(m_network, torch::zeros({2, 1, kSide, kSide}), false);
        m_average = m_network.clone();
        m_best = m_network.clone();
        std::vector<torch::optim::OptimizerParamGroup> groups;
        for (const Kind kind : {Kind::Weight, Kind::Offset}) {
            auto options = std::make_unique<torch::optim::SGDOptions>(settings.learningRate);
            options->momentum(kMomentum).nesterov(true).weight_decay(kind == Kind::Weight ? settings.weightDecay : 0.0);
            groups.emplace_back(m_network.tensors(kind), std::move(options));
        }
        m_optimizer = std::make_unique<torch::optim::SGD>(groups, torch::optim::SGDOptions(settings.learningRate));
    }

    Trained finish() {
        const Clock::time_point start = Clock::now();
        if (m_settings.resume) {
            load();
        }
        const double before = m_seconds;
        bool inTime = true;
        while (m_epoch < m_settings.epochs && inTime) {
            const Clock::time_point epochStart = Clock::now();
            const double loss = trainEpoch();
            ++m_epoch;
            judge(loss, secondsSince(epochStart));
            m_seconds = before + secondsSince(start);
            save();
            inTime = m_settings.minutes <= 0 || secondsSince(start) < m_settings.minutes * 60;
        }
        return {m_best, m_bestEpoch, m_bestAccuracy, m_seconds, m_epoch == m_settings.epochs};
    }

private:
    /// The mean loss of one pass over the training images; the last, incomplete batch is left out.
    double trainEpoch() {
        // Seeded by the epoch, so that a resumed run sees the same images as one that was never stopped.
        std::mt19937_64 random(m_settings.seed * 1'000'003 + uint64_t(m_epoch));
        const std::vector<int64_t> order = shuffled(m_training.size(), random);
        const int64_t steps = m_training.size() / m_settings.batch;
        TORCH_CHECK(steps > 0, "fewer training images than one batch");
        double loss = 0;
        for (int64_t step = 0; step < steps; ++step) {
            const std::span<const int64_t> indices(order.data() + step * m_settings.batch, size_t(m_settings.batch));
            const auto done = double(m_epoch * steps + step);
            setLearningRate(learningRateAt(done / double(steps), double(m_settings.epochs), m_settings.learningRate));
            loss += trainStep(augmentedBatch(m_training, indices, random));
            average(std::min(m_settings.averaging, (1.0 + done) / (10.0 + done)));
        }
        return loss / double(steps);
    }

    double trainStep(const Batch& batch) {
        m_optimizer->zero_grad();
        const torch::Tensor logits = runNetwork(m_network, batch.images, true);
        const auto options =
            torch::nn::functional::CrossEntropyFuncOptions().label_smoothing(m_settings.labelSmoothing);
        torch::Tensor loss = torch::nn::functional::cross_entropy(logits, batch.labels, options);
        loss.backward();
        m_optimizer->step();
        return loss.item<double>();
    }

    void setLearningRate(double rate) {
        for (auto& group : m_optimizer->param_groups()) {
            static_cast<torch::optim::SGDOptions&>(group.options()).lr(rate);
        }
    }

    void average(double decay) {
        const torch::NoGradGuard guard;
        const std::vector<torch::Tensor> averages = m_average.tensors();
        torch::_foreach_mul_(averages, decay);
        torch::_foreach_add_(averages, m_network.tensors(), 1.0 - decay);
    }

    void judge(double loss, double seconds) {
        const double averaged = accuracy(m_average, m_validation);
        std::printf("epoch %2ld  loss %.4f  validation %.2f %%  %.1f s\n", long(m_epoch), loss, averaged, seconds);
        if (averaged > m_bestAccuracy) {
            m_bestAccuracy = averaged;
            m_bestEpoch = m_epoch;
            m_best = m_average.clone();
        }
    }

    [[nodiscard]] torch::Tensor numbers() const {
        return torch::tensor({double(m_epoch), double(m_bestEpoch), m_bestAccuracy, m_seconds, double(m_settings.seed),
                              double(m_settings.epochs)},
                             torch::kDouble);
    }

    void save() const {
        if (m_settings.checkpoints.empty()) {
            return;
        }
        std::filesystem::create_directories(m_settings.checkpoints);
        std::vector<torch::Tensor> all{numbers()};
        for (const ParameterStore* store : {&m_network, &m_average, &m_best}) {
            for (const torch::Tensor& tensor : store->tensors()) {
                all.push_back(tensor.detach());
            }
        }
        // Written beside and renamed: a run killed while saving keeps the checkpoint before.
        const std::filesystem::path file = m_settings.checkpoints / "latest.pt";
        torch::serialize::OutputArchive archive;
        torch::serialize::OutputArchive optimizer;
        m_optimizer->save(optimizer);
        archive.write("optimizer", optimizer);
        for (size_t i = 0; i < all.size(); ++i) {
            archive.write("tensor" + std::to_string(i), all[i]);
        }
        archive.save_to(file.string() + ".part");
        std::filesystem::rename(file.string() + ".part", file);
    }

    void load() {
        torch::serialize::InputArchive archive;
        archive.load_from((m_settings.checkpoints / "latest.pt").string());
        torch::serialize::InputArchive optimizer;
        archive.read("optimizer", optimizer);
        m_optimizer->load(optimizer);
        torch::Tensor state;
        archive.read("tensor0", state);
        const auto* const values = state.data_ptr<double>();
        TORCH_CHECK(state.numel() == numbers().numel() && values[4] == double(m_settings.seed),
                    "the checkpoint was made with another seed");
        m_epoch = int64_t(values[0]);
        m_bestEpoch = int64_t(values[1]);
        m_bestAccuracy = values[2];
        m_seconds = values[3];
        size_t next = 1;
        for (ParameterStore* store : {&m_network, &m_average, &m_best}) {
            std::vector<torch::Tensor> tensors(store->entries().size());
            for (torch::Tensor& tensor : tensors) {
                archive.read("tensor" + std::to_string(next++), tensor);
            }
            store->assign(tensors);
        }
    }

    const ImageSet& m_training;
    const ImageSet& m_validation;
    const TrainingSettings& m_settings;
    ParameterStore m_network;
    ParameterStore m_average;
    ParameterStore m_best;
    std::unique_ptr<torch::optim::SGD> m_optimizer;
    int64_t m_epoch = 0;
    int64_t m_bestEpoch = 0;
    double m_bestAccuracy = -1;
    double m_seconds = 0;
};

} // namespace

torch::Tensor imageTensor(const ImageSet& images, int64_t first, int64_t count) {
    torch::Tensor result = torch::empty({count, 1, kSide, kSide});
    const std::span<const uint8_t> pixels(images.pixels.data() + first * kPixels, size_t(count * kPixels));
    normalise(pixels, {result.data_ptr<float>(), pixels.size()});
    return result;
}

double accuracy(ParameterStore& network, const ImageSet& images) {
    constexpr int64_t kBatch = 100;
    const torch::NoGradGuard guard;
    int64_t right = 0;
    for (int64_t first = 0; first < images.size(); first += kBatch) {
        const int64_t count = std::min(kBatch, images.size() - first);
        const torch::Tensor guesses = runNetwork(network, imageTensor(images, first, count), false).argmax(1);
        for (int64_t i = 0; i < count; ++i) {
            right += guesses[i].item<int64_t>() == images.labels[size_t(first + i)] ? 1 : 0;
        }
    }
    return 100.0 * double(right) / double(images.size());
}

Trained trainNetwork(const ImageSet& training, const ImageSet& validation, const TrainingSettings& settings) {
    return Run(training, validation, settings).finish();
}

} // namespace lapidary::sample
