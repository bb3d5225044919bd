// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/sha256.h"
#include "data/dataset.h"

namespace lapidary::test {

/// Samples that a test made.
class MemoryDataset final : public Dataset {
public:
    MemoryDataset(Shape sample, std::vector<std::vector<float>> samples, std::vector<std::int64_t> labels = {})
        : m_shape(std::move(sample)), m_samples(std::move(samples)), m_labels(std::move(labels)) {}

    std::vector<std::string> classNames;
    std::int64_t offset = 0;
    std::size_t unreadable = std::size_t(-1); ///< this sample is left out
    Preprocess settings;

    std::string name() const override { return "memory"; }
    std::size_t size() const override { return m_samples.size(); }
    bool labelled() const override { return !m_labels.empty(); }
    const std::vector<std::string>& classes() const override { return classNames; }
    const Preprocess& preprocess() const override { return settings; }
    Shape sampleShape() const override { return m_shape; }
    std::int64_t labelOffset() const override { return offset; }
    std::int64_t highestLabel() const override {
        std::int64_t highest = -1;
        for (const auto label : m_labels)
            highest = std::max(highest, label);
        return highest;
    }
    std::string hash() const override {
        Sha256 hash;
        for (const auto& sample : m_samples)
            hash.add(std::as_bytes(std::span(sample)));
        return hash.finish();
    }
    Result<Batch> batch(std::size_t first, std::size_t count, const Work&) const override {
        Batch batch;
        batch.first = first;
        std::vector<float> values;
        for (std::size_t i = first; i < std::min(size(), first + count); ++i) {
            if (i == unreadable)
                continue;
            values.insert(values.end(), m_samples[i].begin(), m_samples[i].end());
            batch.indices.push_back(i);
            if (labelled())
                batch.labels.push_back(m_labels[i]);
        }
        Shape shape = m_shape;
        shape.insert(shape.begin(), std::int64_t(batch.indices.size()));
        if (!batch.indices.empty())
            batch.input = makeTensor(shape, std::move(values));
        return batch;
    }
    Diagnostics problems() const override { return {}; }
    std::string sampleName(std::size_t index) const override { return std::to_string(index); }

private:
    Shape m_shape;
    std::vector<std::vector<float>> m_samples;
    std::vector<std::int64_t> m_labels;
};

} // namespace lapidary::test
