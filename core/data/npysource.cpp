// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha256.h"
#include "data/samplesource.h"
#include "tensor/npyfile.h"

#include <cstring>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t maxRank = 8;

/// Samples and labels come as these types only.
Status usable(const Tensor& array) {
    if (array.type != DataType::Float && array.type != DataType::UInt8 && array.type != DataType::Int64)
        return errorDiagnostic("dataset.format", "The array's element type is " + dataTypeName(array.type) +
                                                     "; float32, uint8 and int64 (little endian) are read.");
    if (array.shape.size() > maxRank)
        return errorDiagnostic("dataset.format",
                               "The array has " + std::to_string(array.shape.size()) + " axes, which are too many.");
    if (array.shape.empty() || array.count() == 0)
        return errorDiagnostic("dataset.size", "The array holds no samples.");
    return {};
}

/// Problems of the file format are problems of the dataset here.
Diagnostic datasetProblem(Diagnostic problem) {
    if (problem.code.starts_with("npy."))
        problem.code.replace(0, 4, "dataset.");
    else
        problem.code = "dataset.missing";
    return problem;
}

Result<TensorPtr> openArray(const fs::path& path) {
    auto array = readNpy(path);
    if (!array)
        return datasetProblem(array.error()).inFile(path.string());
    if (auto status = usable(**array); !status)
        return Diagnostic(status.error()).inFile(path.string());
    return array;
}

std::int64_t integerAt(const Tensor& data, std::size_t index) {
    if (data.type == DataType::UInt8)
        return std::to_integer<std::int64_t>(data.data.bytes()[index]);
    std::int64_t value;
    std::memcpy(&value, data.data.bytes().data() + 8 * index, sizeof value);
    return value;
}

bool holdsImages(const Tensor& data) {
    const auto& shape = data.shape;
    const bool color = shape.size() == 4 && (shape[3] == 3 || shape[3] == 1);
    return data.type == DataType::UInt8 && (shape.size() == 3 || color) && shape[1] <= 16384 && shape[2] <= 16384;
}

/// Bytes N x height x width [x 1 or 3] are images and go through the whole preprocessing; everything else is numbers
/// that are only scaled.
class NpySource final : public SampleSource {
public:
    NpySource(fs::path root, TensorPtr data, TensorPtr labels)
        : m_root(std::move(root)), m_data(std::move(data)), m_labels(std::move(labels)) {}

    std::size_t size() const override { return std::size_t(m_data->shape[0]); }
    bool labelled() const override { return m_labels != nullptr; }
    std::int64_t label(std::size_t index) const override { return integerAt(*m_labels, index); }
    std::string sampleName(std::size_t index) const override {
        return m_root.filename().string() + " #" + std::to_string(index);
    }
    std::string fingerprint() const override {
        Sha256 hash;
        hash.add(dataTypeName(m_data->type) + " " + shapeText(m_data->shape));
        hash.add(m_data->data.bytes());
        if (m_labels)
            hash.add(m_labels->data.bytes());
        return hash.finish();
    }
    Form form() const override { return holdsImages(*m_data) ? Form::Pixels : Form::Numbers; }
    Result<Pixels> pixelSample(std::size_t index) const override {
        Pixels pixels;
        pixels.height = int(m_data->shape[1]);
        pixels.width = int(m_data->shape[2]);
        pixels.order = m_data->shape.size() == 4 && m_data->shape[3] == 3 ? PixelOrder::Rgb : PixelOrder::Gray;
        pixels.data = m_data->data.slice(index * pixels.bytes(), pixels.bytes());
        return pixels;
    }
    Shape numberShape() const override { return {m_data->shape.begin() + 1, m_data->shape.end()}; }
    Status numberSample(std::size_t index, float* out) const override {
        const auto count = std::size_t(elementCount(numberShape()).value_or(0));
        const auto* bytes = m_data->data.bytes().data();
        if (m_data->type == DataType::Float)
            std::memcpy(out, bytes + 4 * index * count, 4 * count);
        else
            for (std::size_t i = 0; i < count; ++i)
                out[i] = float(integerAt(*m_data, index * count + i));
        return {};
    }

private:
    fs::path m_root;
    TensorPtr m_data;
    TensorPtr m_labels;
};

} // namespace

Result<std::unique_ptr<SampleSource>> openNpy(const DatasetSpec& spec) {
    auto data = openArray(spec.root);
    if (!data)
        return data.error();
    TensorPtr labels;
    if (!spec.labels.empty()) {
        auto read = openArray(spec.labels);
        if (!read)
            return read.error();
        const bool column = (*read)->shape.size() == 1 || ((*read)->shape.size() == 2 && (*read)->shape[1] == 1);
        if ((*read)->type == DataType::Float || !column || (*read)->shape[0] != (*data)->shape[0])
            return errorDiagnostic("dataset.labels", "Labels must be one whole number for each of the " +
                                                         std::to_string((*data)->shape[0]) + " samples; the array is " +
                                                         dataTypeName((*read)->type) + " " + shapeText((*read)->shape) +
                                                         ".")
                .inFile(spec.labels.string());
        labels = std::move(*read);
    }
    return std::unique_ptr<SampleSource>(new NpySource(spec.root, std::move(*data), std::move(labels)));
}

} // namespace lapidary
