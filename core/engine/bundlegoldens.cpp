// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/bundlegoldens.h"

#include "data/rawsamples.h"
#include "eval/inputadapter.h"
#include "project/atomicfile.h"
#include "runtime/syntheticinputs.h"
#include "tensor/npyfile.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

constexpr double smallestTolerance = 1e-4;
constexpr double toleranceFactor = 4;
constexpr double resizeLevels = 1.5; ///< other libraries round resized pixels differently
constexpr double exactLevels = 0.01;

using Tensors = std::vector<TensorPtr>;

std::string numbered(std::size_t index, const std::string& rest) {
    char text[16];
    std::snprintf(text, sizeof text, "golden/%03zu", index);
    return text + rest;
}

std::string pictureBytes(const Tensor& picture) {
    const auto& shape = picture.shape;
    std::string bytes =
        (shape[2] == 3 ? "P6\n" : "P5\n") + std::to_string(shape[1]) + " " + std::to_string(shape[0]) + "\n255\n";
    const auto data = picture.data.bytes();
    bytes.append(reinterpret_cast<const char*>(data.data()), data.size());
    return bytes;
}

/// One after the other along a new first axis.
TensorPtr stacked(const Tensors& samples) {
    Shape shape = samples.front()->shape;
    shape.insert(shape.begin(), std::int64_t(samples.size()));
    std::vector<std::byte> bytes;
    for (const auto& sample : samples) {
        const auto data = sample->data.bytes();
        bytes.insert(bytes.end(), data.begin(), data.end());
    }
    return makeTensor(samples.front()->type, std::move(shape), Blob(std::move(bytes)));
}

double levelTolerance(const Preprocess& preprocess, bool pictures, DataType type, const Tensors& inputs) {
    double deviation = preprocess.std.empty() ? 1 : std::fabs(preprocess.std.front());
    for (const double value : preprocess.std)
        deviation = std::min(deviation, std::fabs(value));
    const double levels = preprocess.resizeShorter || preprocess.resizeTo ? resizeLevels : exactLevels;
    double tolerance = levels * std::fabs(preprocess.scale) / deviation;
    if (!pictures) {
        tolerance = 0;
        for (const auto& input : inputs)
            if (const auto values = toFloats(*input))
                for (const float value : *values)
                    tolerance = std::max(tolerance, 1e-5 * std::fabs(double(value)));
    }
    return isInteger(type) ? std::ceil(tolerance) : tolerance;
}

class GoldenWriter {
public:
    GoldenWriter(const Model& model, fs::path folder, BundleDescription& description)
        : m_model(model), m_folder(std::move(folder)), m_out(description) {}

    Status open() {
        auto session = openSession(m_model, {});
        if (!session)
            return session.status();
        m_session = std::move(*session);
        return {};
    }

    Status fromDataset(const fs::path& file, std::size_t count, const Work& work) {
        const auto data = openDataset(file);
        if (!data)
            return data.status();
        const auto raw = openRawSamples(file);
        if (!raw)
            return raw.status();
        const auto adapter = InputAdapter::make(*m_session, **data);
        if (!adapter)
            return adapter.status();
        const std::size_t samples = std::min((*data)->size(), (*raw)->size());
        count = std::min(count, samples);
        for (std::size_t i = 0; i < count; ++i) {
            if (auto status = work.check(); !status)
                return status;
            if (auto status = addSample(**data, **raw, *adapter, i * samples / count); !status)
                return status;
            work.progress.set(double(i + 1) / double(count));
        }
        if (m_inputs.empty())
            return errorDiagnostic("dataset.unreadable", "No sample of the dataset can be read").inFile(file.string());
        if (!m_numbers.empty())
            if (auto status = writeNpy(*stacked(m_numbers), m_folder / "golden/samples.npy"); !status)
                return status;
        m_out.goldenInputShape = m_inputs.front()->shape;
        m_out.preprocessTolerance =
            levelTolerance(*m_out.preprocess, m_numbers.empty(), m_out.inputs.front().type, m_inputs);
        return writeDatasetFiles();
    }

    Status fromNothing() {
        const auto inputs = syntheticInputs(m_session->inputs(), 1);
        return inputs ? add({}, *inputs) : inputs.status();
    }

    /// How much the outputs change when the same computer computes them in another order.
    Status measureTolerances(const Work& work) {
        std::vector<double> worst(m_out.outputs.size(), smallestTolerance);
        const SessionOptions others[] = {{.threads = 1, .optimization = GraphOptimization::None},
                                         {.threads = 2, .optimization = GraphOptimization::Basic}};
        for (const auto& options : others) {
            const auto session = openSession(m_model, options);
            if (!session)
                return session.status();
            for (std::size_t i = 0; i < m_fed.size(); ++i) {
                const auto outputs = (*session)->run(m_fed[i], work);
                if (!outputs)
                    return outputs.status();
                for (std::size_t o = 0; o < outputs->size(); ++o) {
                    const auto apart = deviationOf(*m_given[i][o], *(*outputs)[o]);
                    if (apart && std::isfinite(apart->largest) && apart->magnitude > 0)
                        worst[o] = std::max(worst[o], toleranceFactor * apart->largest / apart->magnitude);
                }
            }
        }
        m_out.outputTolerances = std::move(worst);
        return {};
    }

    /// The raw samples, read as anyone else will read them, give the very inputs the dataset gave.
    Status checkRaw() const {
        const auto data = openDataset(m_folder / goldenDatasetFile);
        if (!data)
            return data.status();
        const auto adapter = InputAdapter::make(*m_session, **data);
        if (!adapter)
            return adapter.status();
        for (std::size_t i = 0; i < m_inputs.size(); ++i) {
            const auto batch = (*data)->batch(i, 1);
            if (!batch)
                return batch.status();
            const auto input = batch->input ? adapter->rows(*batch->input, 0, 1) : Result<TensorPtr>(m_inputs[i]);
            const auto apart = input ? deviationOf(*m_inputs[i], **input) : Result<Deviation>(input.error());
            if (!apart)
                return apart.status();
            if (!batch->input || apart->largest > 0)
                return errorDiagnostic("bundle.preprocess", "Sample '" + m_out.goldens[i].name +
                                                                "' does not give the same input when it is read again");
        }
        return {};
    }

private:
    Status addSample(const Dataset& data, const RawSamples& samples, const InputAdapter& adapter, std::size_t index) {
        const auto batch = data.batch(index, 1);
        if (!batch)
            return batch.status();
        if (batch->size() == 0)
            return {}; // unreadable: fewer goldens
        const auto raw = samples.sample(index);
        if (!raw)
            return raw.status();
        const auto input = adapter.rows(*batch->input, 0, 1);
        if (!input)
            return input.status();
        BundleGolden golden;
        golden.name = fs::path(raw->name).filename().string();
        golden.label = raw->label;
        const auto number = m_out.goldens.size();
        if (raw->picture) {
            golden.raw = numbered(number, raw->data->shape[2] == 3 ? ".ppm" : ".pgm");
            if (auto status = writeFileAtomically(m_folder / golden.raw, pictureBytes(*raw->data)); !status)
                return status;
        } else {
            golden.raw = "golden/samples.npy";
            golden.row = m_numbers.size();
            m_numbers.push_back(raw->data);
        }
        m_inputs.push_back(*input);
        return add(std::move(golden), {*input});
    }

    Status add(BundleGolden golden, const Tensors& inputs) {
        const auto outputs = m_session->run(inputs);
        if (!outputs)
            return outputs.status();
        const auto number = m_out.goldens.size();
        for (const auto& [tensors, what, names] :
             {std::tuple(&inputs, ".input-", &golden.inputs), std::tuple(&*outputs, ".output-", &golden.outputs)})
            for (std::size_t i = 0; i < tensors->size(); ++i) {
                if (!toFloats(*(*tensors)[i]))
                    return errorDiagnostic("bundle.output",
                                           "An input or output is no array of numbers, so there can be no goldens")
                        .atTensor(m_out.outputs[std::min(i, m_out.outputs.size() - 1)].name);
                names->push_back(numbered(number, what + std::to_string(i) + ".npy"));
                if (auto status = writeNpy(*(*tensors)[i], m_folder / names->back()); !status)
                    return status;
            }
        m_fed.push_back(inputs);
        m_given.push_back(*outputs);
        m_out.goldens.push_back(std::move(golden));
        return {};
    }

    Status writeDatasetFiles() const {
        if (const auto list = goldenListText(m_out); !list.empty())
            if (auto status = writeFileAtomically(m_folder / goldenListFile, list); !status)
                return status;
        return writeFileAtomically(m_folder / goldenDatasetFile, goldenDatasetText(m_out));
    }

    const Model& m_model;
    fs::path m_folder;
    BundleDescription& m_out;
    std::unique_ptr<InferenceSession> m_session;
    Tensors m_inputs, m_numbers;
    std::vector<Tensors> m_fed, m_given;
};

} // namespace

Status writeGoldens(const Model& model, const fs::path& dataset, std::size_t count, const fs::path& folder,
                    BundleDescription& description, const Work& work) {
    std::error_code error;
    fs::create_directories(folder / "golden", error);
    GoldenWriter writer(model, folder, description);
    if (auto status = writer.open(); !status)
        return status;
    if (auto status = dataset.empty() ? writer.fromNothing() : writer.fromDataset(dataset, count, work.part(0, 0.5));
        !status)
        return status;
    if (!dataset.empty())
        if (auto status = writer.checkRaw(); !status)
            return status;
    return writer.measureTolerances(work.part(0.6, 1));
}

std::string goldenDatasetText(const BundleDescription& description) {
    if (description.goldens.empty() || !description.preprocess)
        return {};
    const bool arrays = description.goldens.front().raw.ends_with(".npy");
    Json json;
    json.set("lapidary_dataset", 1);
    json.set("name", description.name + " golden");
    json.set("kind", arrays ? "npy" : "image-list");
    json.set("root", arrays ? "golden/samples.npy" : "golden");
    if (!arrays)
        json.set("list", goldenListFile);
    if (!description.classes.empty())
        json.set("classes", "classes.txt");
    json.set("label_offset", description.labelOffset);
    json.set("preprocess", description.preprocess->toJson());
    return json.dump(2) + "\n";
}

std::string goldenListText(const BundleDescription& description) {
    const auto& goldens = description.goldens;
    if (goldens.empty() || goldens.front().raw.empty() || goldens.front().raw.ends_with(".npy"))
        return {};
    const bool labelled = goldens.front().label.has_value();
    std::string text = labelled ? "image,label\n" : "image\n";
    for (const auto& golden : goldens) {
        text += fs::path(golden.raw).filename().string();
        text += labelled ? "," + std::to_string(golden.label.value_or(0)) + "\n" : "\n";
    }
    return text;
}

Result<Deviation> deviationOf(const Tensor& expected, const Tensor& found) {
    if (expected.shape != found.shape)
        return errorDiagnostic("bundle.shape",
                               "The shape is " + shapeText(found.shape) + " instead of " + shapeText(expected.shape));
    const auto a = toFloats(expected);
    const auto b = toFloats(found);
    if (!a || !b)
        return a ? b.error() : a.error();
    Deviation result;
    for (std::size_t i = 0; i < a->size(); ++i) {
        const double x = (*a)[i], y = (*b)[i];
        if (std::isfinite(x))
            result.magnitude = std::max(result.magnitude, std::fabs(x));
        if (x == y || (std::isnan(x) && std::isnan(y)))
            continue;
        const bool finite = std::isfinite(x) && std::isfinite(y);
        result.largest = std::max(result.largest, finite ? std::fabs(x - y) : std::numeric_limits<double>::infinity());
    }
    return result;
}

} // namespace lapidary
