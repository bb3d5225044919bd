// SPDX-License-Identifier: GPL-3.0-or-later
#include "classifier.h"

#include <algorithm>
#include <array>
#include <onnxruntime_cxx_api.h>

namespace lapidary::sample {

struct Classifier::State {
    Ort::Env environment{ORT_LOGGING_LEVEL_WARNING, "lapidary-sample"};
    Ort::Session session{nullptr};
};

Classifier::Classifier(const std::string& path, int threads) : m_state(std::make_unique<State>()) {
    Ort::SessionOptions options;
    options.SetIntraOpNumThreads(threads);
    m_state->session = Ort::Session(m_state->environment, path.c_str(), options);
}

Classifier::~Classifier() = default;

std::vector<float> Classifier::logits(std::vector<float> images) {
    const std::array<int64_t, 4> shape{int64_t(images.size()) / kPixels, 1, kSide, kSide};
    const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
    const Ort::Value input =
        Ort::Value::CreateTensor<float>(memory, images.data(), images.size(), shape.data(), shape.size());
    const char* const inputName = "image";
    const char* const outputName = "logits";
    const std::vector<Ort::Value> outputs =
        m_state->session.Run(Ort::RunOptions{nullptr}, &inputName, &input, 1, &outputName, 1);
    const float* const values = outputs.front().GetTensorData<float>();
    return {values, values + shape[0] * kClasses};
}

int64_t Classifier::countRight(const ImageSet& images, float mean, float std) {
    constexpr int64_t kBatch = 250;
    int64_t right = 0;
    for (int64_t first = 0; first < images.size(); first += kBatch) {
        const int64_t count = std::min(kBatch, images.size() - first);
        std::vector<float> batch(size_t(count * kPixels));
        normalise({images.pixels.data() + first * kPixels, batch.size()}, batch, mean, std);
        const std::vector<float> scores = logits(std::move(batch));
        for (int64_t i = 0; i < count; ++i) {
            const auto begin = scores.begin() + i * kClasses;
            const auto best = std::max_element(begin, begin + kClasses) - begin;
            right += best == images.labels[size_t(first + i)] ? 1 : 0;
        }
    }
    return right;
}

} // namespace lapidary::sample
