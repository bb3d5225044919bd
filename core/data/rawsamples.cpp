// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/rawsamples.h"

#include "data/samplesource.h"

#include <algorithm>

namespace lapidary {

RawSamples::~RawSamples() = default;

namespace {

class SourceSamples final : public RawSamples {
public:
    SourceSamples(std::unique_ptr<SampleSource> source, std::size_t limit)
        : m_source(std::move(source)), m_size(limit ? std::min(limit, m_source->size()) : m_source->size()) {}

    std::size_t size() const override { return m_size; }

    Result<RawSample> sample(std::size_t index) const override {
        RawSample out;
        out.name = m_source->sampleName(index);
        if (m_source->labelled())
            out.label = m_source->label(index);
        out.picture = m_source->form() != SampleSource::Form::Numbers;
        auto data = out.picture ? picture(index) : numbers(index);
        if (!data)
            return Diagnostic(data.error()).inFile(out.name);
        out.data = std::move(*data);
        return out;
    }

private:
    Result<TensorPtr> picture(std::size_t index) const {
        Preprocess plain; // decoding only, in red, green, blue
        auto pixels =
            m_source->form() == SampleSource::Form::Encoded ? decoded(index, plain) : m_source->pixelSample(index);
        if (pixels && pixels->order == PixelOrder::Bgr)
            pixels = shapePixels(*pixels, plain);
        if (!pixels)
            return pixels.error();
        return makeTensor(DataType::UInt8, {pixels->height, pixels->width, pixels->channels()}, pixels->data);
    }

    Result<Pixels> decoded(std::size_t index, const Preprocess& plain) const {
        const auto encoded = m_source->encodedSample(index);
        return encoded ? decodeImage(encoded->bytes(), plain) : Result<Pixels>(encoded.error());
    }

    Result<TensorPtr> numbers(std::size_t index) const {
        const auto shape = m_source->numberShape();
        std::vector<float> values(std::size_t(elementCount(shape).value_or(0)));
        if (auto status = m_source->numberSample(index, values.data()); !status)
            return status;
        return makeTensor<float>(shape, std::move(values));
    }

    std::unique_ptr<SampleSource> m_source;
    std::size_t m_size;
};

} // namespace

Result<std::unique_ptr<RawSamples>> openRawSamples(const std::filesystem::path& jsonFile) {
    const auto spec = DatasetSpec::read(jsonFile);
    if (!spec)
        return spec.error();
    auto source = openSource(*spec);
    if (!source)
        return source.error();
    return std::unique_ptr<RawSamples>(new SourceSamples(std::move(*source), spec->limit));
}

} // namespace lapidary
