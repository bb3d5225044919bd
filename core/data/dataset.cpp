// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/dataset.h"

#include "base/sha256.h"
#include "data/parallel.h"
#include "data/samplecache.h"
#include "data/samplesource.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <unordered_map>

namespace lapidary {

Dataset::~Dataset() = default;

Result<Batch> Dataset::gather(std::span<const std::size_t> samples, const Work& work) const {
    Batch all;
    std::vector<std::byte> bytes;
    for (const std::size_t index : samples) {
        auto one = batch(index, 1, work);
        if (!one)
            return one;
        if (one->size() == 0)
            continue;
        all.input = one->input;
        const auto part = one->input->data.bytes();
        bytes.insert(bytes.end(), part.begin(), part.end());
        all.indices.push_back(index);
        all.labels.insert(all.labels.end(), one->labels.begin(), one->labels.end());
    }
    if (all.indices.empty())
        return all;
    Shape shape = all.input->shape;
    shape[0] = std::int64_t(all.indices.size());
    all.input = makeTensor(all.input->type, std::move(shape), Blob(std::move(bytes)));
    return all;
}

Result<Pixels> Dataset::pixels(std::size_t) const {
    return errorDiagnostic("dataset.no_picture", "The samples of \"" + name() + "\" are no pictures.");
}

namespace {

constexpr std::uint64_t maxBatchBytes = std::uint64_t(8) << 30;

std::size_t countOf(const Shape& shape) {
    return std::size_t(elementCount(shape).value_or(0));
}

/// Scales samples that are numbers, not images: one factor for all, or one per channel of the layout's channel axis.
class NumberScaler {
public:
    static Result<NumberScaler> make(const Preprocess& preprocess, const Shape& shape) {
        if (preprocess.resizeShorter || preprocess.resizeTo || preprocess.crop)
            return errorDiagnostic("dataset.preprocess",
                                   "These samples are numbers, not images: \"resize\" and \"crop\" do not apply.");
        NumberScaler scaler;
        scaler.m_preprocess = preprocess;
        const std::size_t channels = std::max(preprocess.mean.size(), preprocess.std.size());
        if (channels > 1) {
            const std::size_t axis = preprocess.layout == Layout::Nchw ? 0 : shape.size() - 1;
            if (shape.empty() || shape[axis] != std::int64_t(channels))
                return errorDiagnostic("dataset.preprocess", "\"mean\" and \"std\" have " + std::to_string(channels) +
                                                                 " entries, but a sample is " + shapeText(shape) + ".");
            scaler.m_channels = channels;
            if (axis == 0)
                scaler.m_inner = countOf(shape) / channels;
        }
        return scaler;
    }

    void scale(std::span<float> values) const {
        if (m_preprocess.scale == 1 && m_preprocess.mean.empty() && m_preprocess.std.empty())
            return;
        const auto pick = [](const std::vector<double>& list, std::size_t c, double fallback) {
            return list.empty() ? fallback : list[list.size() == 1 ? 0 : c];
        };
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::size_t c = i / m_inner % m_channels;
            values[i] =
                float((values[i] * m_preprocess.scale - pick(m_preprocess.mean, c, 0)) / pick(m_preprocess.std, c, 1));
        }
    }

private:
    Preprocess m_preprocess;
    std::size_t m_channels = 1;
    std::size_t m_inner = 1;
};

/// Decoded samples in memory, the first ones that fit. Any thread.
class KeptPixels {
public:
    explicit KeptPixels(std::uint64_t limitBytes) : m_limit(limitBytes) {}

    std::optional<Pixels> find(std::size_t index) const {
        const std::lock_guard lock(m_mutex);
        const auto it = m_pixels.find(index);
        return it == m_pixels.end() ? std::nullopt : std::optional(it->second);
    }

    void keep(std::size_t index, const Pixels& pixels) {
        const std::lock_guard lock(m_mutex);
        if (m_bytes + pixels.data.size() <= m_limit && m_pixels.emplace(index, pixels).second)
            m_bytes += pixels.data.size();
    }

private:
    std::uint64_t m_limit;
    std::uint64_t m_bytes = 0;
    std::unordered_map<std::size_t, Pixels> m_pixels;
    mutable std::mutex m_mutex;
};

/// Any kind of dataset: a source of samples and the preprocessing in front of it.
class SourceDataset final : public Dataset {
public:
    SourceDataset(DatasetSpec spec, std::unique_ptr<SampleSource> source, const DatasetOptions& options)
        : m_spec(std::move(spec)), m_source(std::move(source)), m_options(options), m_pixelScaler(m_spec.preprocess),
          m_kept(options.memoryLimitBytes) {
        m_size = m_spec.limit ? std::min(m_spec.limit, m_source->size()) : m_source->size();
        m_classes = m_spec.classes.empty() ? m_source->classes() : m_spec.classes;
        if (m_source->form() == SampleSource::Form::Encoded && !options.cacheFolder.empty())
            m_cache = std::make_unique<SampleCache>(options.cacheFolder, options.cacheLimitBytes);
        const std::string geometry = geometryText(m_spec.preprocess);
        m_geometrySeed = contentKey(std::as_bytes(std::span(geometry))).low;
    }

    /// What can only be known by looking at samples.
    Status prepare() {
        if (auto status = checkLabels(); !status)
            return status;
        if (m_source->form() == SampleSource::Form::Numbers) {
            m_shape = m_source->numberShape();
            auto scaler = NumberScaler::make(m_spec.preprocess, m_shape);
            if (!scaler)
                return scaler.error();
            m_numberScaler = std::move(*scaler);
            return {};
        }
        return findShape();
    }

    std::string name() const override { return m_spec.name; }
    std::size_t size() const override { return m_size; }
    bool labelled() const override { return m_source->labelled(); }
    const std::vector<std::string>& classes() const override { return m_classes; }
    const Preprocess& preprocess() const override { return m_spec.preprocess; }
    Shape sampleShape() const override { return m_shape; }
    std::int64_t labelOffset() const override { return m_spec.labelOffset; }
    std::int64_t highestLabel() const override { return m_highestLabel; }
    std::string sampleName(std::size_t index) const override { return m_source->sampleName(index); }

    Result<Pixels> pixels(std::size_t index) const override {
        if (m_source->form() == SampleSource::Form::Numbers || index >= m_size)
            return Dataset::pixels(index);
        try {
            return pixelsOf(index);
        } catch (const std::bad_alloc&) {
            return errorDiagnostic("image.decode", "There is not enough memory for the sample.");
        }
    }

    std::string hash() const override {
        std::lock_guard lock(m_mutex);
        if (m_hash.empty())
            m_hash = sha256(m_spec.identity() + "\n" + m_source->fingerprint());
        return m_hash;
    }

    Diagnostics problems() const override {
        std::lock_guard lock(m_mutex);
        Diagnostics list;
        for (const auto& [index, problem] : m_problems)
            list.push_back(problem);
        return list;
    }

    Result<Batch> batch(std::size_t first, std::size_t count, const Work& work) const override {
        std::vector<std::size_t> samples(first < m_size ? std::min(count, m_size - first) : 0);
        std::iota(samples.begin(), samples.end(), first);
        auto batch = gather(samples, work);
        if (batch)
            batch->first = first;
        return batch;
    }

    Result<Batch> gather(std::span<const std::size_t> samples, const Work& work) const override {
        Batch batch;
        const std::size_t count = samples.size();
        const std::size_t sample = countOf(m_shape);
        if (count == 0)
            return batch;
        if (sample > maxBatchBytes / sizeof(float) / count)
            return errorDiagnostic("dataset.size", "A batch of " + std::to_string(count) + " samples of " +
                                                       shapeText(m_shape) + " is too large.");
        std::vector<float> values(count * sample);
        std::vector<char> good(count, 0);
        const bool slow = m_source->form() == SampleSource::Form::Encoded;
        parallelFor(count, slow ? m_options.threads : 1, [&](std::size_t i) {
            if (!work.stopRequested())
                good[i] = readInto(samples[i], values.data() + i * sample);
        });
        if (auto status = work.check(); !status)
            return status;
        if (auto status = checkProblems(); !status)
            return status;
        return packed(samples, std::move(values), good);
    }

private:
    /// Closes the gaps that unreadable samples left.
    Batch packed(std::span<const std::size_t> samples, std::vector<float> values, const std::vector<char>& good) const {
        Batch batch;
        const std::size_t sample = countOf(m_shape);
        for (std::size_t i = 0; i < good.size(); ++i) {
            if (!good[i])
                continue;
            const std::size_t to = batch.indices.size();
            if (to != i)
                std::memmove(values.data() + to * sample, values.data() + i * sample, sample * sizeof(float));
            batch.indices.push_back(samples[i]);
            if (labelled())
                batch.labels.push_back(m_source->label(samples[i]) + m_spec.labelOffset);
        }
        if (batch.indices.empty())
            return batch;
        values.resize(batch.indices.size() * sample);
        Shape shape = m_shape;
        shape.insert(shape.begin(), std::int64_t(batch.indices.size()));
        batch.input = makeTensor(std::move(shape), std::move(values));
        return batch;
    }

    Result<Pixels> pixelsOf(std::size_t index) const {
        if (m_source->form() == SampleSource::Form::Pixels) {
            auto pixels = m_source->pixelSample(index);
            return pixels ? shapePixels(*pixels, m_spec.preprocess) : pixels;
        }
        if (auto kept = m_kept.find(index))
            return std::move(*kept);
        auto pixels = decoded(index);
        if (pixels)
            m_kept.keep(index, *pixels);
        return pixels;
    }

    Result<Pixels> decoded(std::size_t index) const {
        auto encoded = m_source->encodedSample(index);
        if (!encoded)
            return encoded.error();
        if (!m_cache)
            return decodeImage(encoded->bytes(), m_spec.preprocess);
        const ContentKey key = contentKey(encoded->bytes(), m_geometrySeed);
        if (auto cached = m_cache->find(key))
            return std::move(*cached);
        auto pixels = decodeImage(encoded->bytes(), m_spec.preprocess);
        if (pixels)
            m_cache->store(key, *pixels);
        return pixels;
    }

    Status read(std::size_t index, float* out) const {
        if (m_source->form() == SampleSource::Form::Numbers) {
            auto status = m_source->numberSample(index, out);
            if (status)
                m_numberScaler->scale({out, countOf(m_shape)});
            return status;
        }
        auto pixels = pixelsOf(index);
        if (!pixels)
            return pixels.error();
        if (const Shape shape = shapeOf(*pixels); shape != m_shape)
            return errorDiagnostic(
                "image.size", "The image becomes " + shapeText(shape) + ", the others are " + shapeText(m_shape) + ".",
                "Give \"resize\" with width and height, or \"crop\".");
        m_pixelScaler.scale(*pixels, out);
        return {};
    }

    bool readInto(std::size_t index, float* out) const {
        Status status;
        try {
            status = read(index, out);
        } catch (const std::bad_alloc&) {
            status = errorDiagnostic("image.decode", "There is not enough memory for the sample.");
        }
        if (status)
            return true;
        Diagnostic problem = status.error();
        problem.severity = Severity::Warning;
        if (problem.place.file.empty())
            problem.place.file = m_source->sampleName(index);
        std::lock_guard lock(m_mutex);
        m_problems.emplace(index, std::move(problem));
        return false;
    }

    Status checkProblems() const {
        std::lock_guard lock(m_mutex);
        if (m_problems.size() <= m_options.maxUnreadable)
            return {};
        const Diagnostic& first = m_problems.begin()->second;
        return errorDiagnostic("dataset.unreadable",
                               std::to_string(m_problems.size()) + " samples cannot be read, more than the " +
                                   std::to_string(m_options.maxUnreadable) +
                                   " that may be skipped. The first: " + first.message,
                               "Check the folder, or take the files off the list.")
            .inFile(first.place.file);
    }

    Shape shapeOf(const Pixels& pixels) const {
        if (m_spec.preprocess.layout == Layout::Nchw)
            return {pixels.channels(), pixels.height, pixels.width};
        return {pixels.height, pixels.width, pixels.channels()};
    }

    /// The first readable sample gives the shape when the preprocessing alone does not.
    Status findShape() {
        const Preprocess& p = m_spec.preprocess;
        if (p.crop || p.resizeTo) {
            const int width = p.crop ? *p.crop : p.resizeTo->first;
            const int height = p.crop ? *p.crop : p.resizeTo->second;
            const PixelOrder order = p.channels() == 1 ? PixelOrder::Gray : PixelOrder::Rgb;
            m_shape = shapeOf(Pixels{width, height, order, {}});
            return {};
        }
        for (std::size_t i = 0; i < m_size; ++i) {
            auto pixels = pixelsOf(i);
            if (pixels) {
                m_shape = shapeOf(*pixels);
                return {};
            }
            if (i >= m_options.maxUnreadable || i + 1 == m_size)
                return errorDiagnostic("dataset.unreadable",
                                       "No sample can be read. The last one: " + pixels.error().message)
                    .inFile(m_source->sampleName(i));
        }
        return {};
    }

    Status checkLabels() {
        if (!labelled())
            return {};
        for (std::size_t i = 0; i < m_size; ++i) {
            const std::int64_t label = m_source->label(i);
            m_highestLabel = std::max(m_highestLabel, label + m_spec.labelOffset);
            const bool tooHigh = !m_classes.empty() && label >= std::int64_t(m_classes.size());
            if (label >= 0 && label + m_spec.labelOffset >= 0 && !tooHigh)
                continue;
            const std::string limit = m_classes.empty()
                                          ? "or the label_offset makes it negative"
                                          : "the classes go from 0 to " + std::to_string(m_classes.size() - 1);
            return errorDiagnostic("dataset.labels", "Sample " + std::to_string(i) + " has the label " +
                                                         std::to_string(label) + ", which is out of range; " + limit +
                                                         ".")
                .inFile(m_source->sampleName(i));
        }
        return {};
    }

    DatasetSpec m_spec;
    std::unique_ptr<SampleSource> m_source;
    DatasetOptions m_options;
    PixelScaler m_pixelScaler;
    std::optional<NumberScaler> m_numberScaler;
    std::size_t m_size = 0;
    std::int64_t m_highestLabel = -1;
    std::vector<std::string> m_classes;
    Shape m_shape;
    std::unique_ptr<SampleCache> m_cache;
    mutable KeptPixels m_kept;
    std::uint64_t m_geometrySeed = 0;
    mutable std::mutex m_mutex;
    mutable std::map<std::size_t, Diagnostic> m_problems; ///< by sample
    mutable std::string m_hash;
};

class LimitedDataset final : public Dataset {
public:
    LimitedDataset(DatasetPtr base, std::size_t limit) : m_base(std::move(base)), m_size(limit) {}

    std::string name() const override { return m_base->name(); }
    std::size_t size() const override { return m_size; }
    bool labelled() const override { return m_base->labelled(); }
    const std::vector<std::string>& classes() const override { return m_base->classes(); }
    const Preprocess& preprocess() const override { return m_base->preprocess(); }
    Shape sampleShape() const override { return m_base->sampleShape(); }
    std::int64_t labelOffset() const override { return m_base->labelOffset(); }
    std::int64_t highestLabel() const override { return m_base->highestLabel(); }
    std::string hash() const override { return sha256(m_base->hash() + " first " + std::to_string(m_size)); }
    Result<Batch> batch(std::size_t first, std::size_t count, const Work& work) const override {
        return m_base->batch(first, first < m_size ? std::min(count, m_size - first) : 0, work);
    }
    Result<Batch> gather(std::span<const std::size_t> samples, const Work& work) const override {
        return m_base->gather(samples, work);
    }
    Diagnostics problems() const override { return m_base->problems(); }
    std::string sampleName(std::size_t index) const override { return m_base->sampleName(index); }
    Result<Pixels> pixels(std::size_t index) const override { return m_base->pixels(index); }

private:
    DatasetPtr m_base;
    std::size_t m_size;
};

} // namespace

Result<std::unique_ptr<SampleSource>> openSource(const DatasetSpec& spec) {
    switch (spec.kind) {
    case DatasetKind::ImageFolder:
        return openImageFolder(spec);
    case DatasetKind::ImageList:
        return openImageList(spec);
    case DatasetKind::Idx:
        return openIdx(spec);
    case DatasetKind::Cifar:
        return openCifar(spec);
    case DatasetKind::Npy:
        return openNpy(spec);
    }
    return errorDiagnostic("dataset.format", "Unknown kind of dataset.");
}

Result<DatasetPtr> openDataset(const std::filesystem::path& jsonFile, const DatasetOptions& options) {
    try {
        auto spec = DatasetSpec::read(jsonFile);
        if (!spec)
            return spec.error();
        auto source = openSource(*spec);
        if (!source)
            return source.error();
        auto dataset = std::make_shared<SourceDataset>(std::move(*spec), std::move(*source), options);
        if (auto status = dataset->prepare(); !status)
            return status;
        return DatasetPtr(std::move(dataset));
    } catch (const std::bad_alloc&) {
        return errorDiagnostic("dataset.size", "There is not enough memory for the dataset.").inFile(jsonFile.string());
    } catch (const std::filesystem::filesystem_error& error) {
        return errorDiagnostic("dataset.missing", error.what()).inFile(jsonFile.string());
    }
}

DatasetPtr limitedDataset(DatasetPtr dataset, std::size_t limit) {
    if (limit >= dataset->size())
        return dataset;
    return std::make_shared<LimitedDataset>(std::move(dataset), limit);
}

} // namespace lapidary
