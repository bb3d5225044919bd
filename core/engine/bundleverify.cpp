// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/bundleverify.h"

#include "base/sha256.h"
#include "engine/bundlearchive.h"
#include "engine/bundlefiles.h"
#include "engine/bundlegoldens.h"
#include "engine/datasets.h"
#include "engine/engine.h"
#include "eval/inputadapter.h"
#include "onnx/onnxreader.h"
#include "tensor/mappedfile.h"
#include "tensor/npyfile.h"

#include <algorithm>
#include <cstdio>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

using State = BundleCheck::State;

constexpr std::uint64_t maxGoldenBytes = std::uint64_t(256) << 20;

std::string number(double value) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.3g", value);
    return buffer;
}

std::string stateName(State state) {
    return state == State::Passed ? "passed" : state == State::Failed ? "failed" : "skipped";
}

/// What to do when a check of this kind failed and nothing more is known.
const char* hintFor(std::string_view id) {
    if (id == "description")
        return "The description was changed after the bundle was made; ask its maker for a new one.";
    if (id == "model")
        return "The model and bundle.json do not belong together; ask the bundle's maker for a new one.";
    if (id == "preprocessing")
        return "The sample or the preprocessing was changed, or pictures are decoded or resized in another way here.";
    if (id == "inference")
        return "The model was changed, or this processor or version of ONNX Runtime computes it in another way.";
    if (id == "accuracy")
        return "Measure on the data the bundle names, with its labels and class order.";
    return "Copy the bundle once more; if that does not help, ask its maker for a new one.";
}

std::string portText(const PortInfo& port) {
    std::string shape;
    for (const auto extent : port.shape)
        shape += (shape.empty() ? "" : "x") + (extent < 0 ? std::string("?") : std::to_string(extent));
    return "'" + port.name + "' " + dataTypeName(port.type) + " " + shape;
}

std::string portsDiffer(const std::vector<PortInfo>& promised, const std::vector<PortInfo>& found) {
    if (promised.size() != found.size())
        return "there are " + std::to_string(found.size()) + " instead of " + std::to_string(promised.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        if (promised[i].name != found[i].name || promised[i].type != found[i].type ||
            promised[i].shape != found[i].shape)
            return portText(found[i]) + " instead of " + portText(promised[i]);
    return {};
}

class Verifier {
public:
    Verifier(fs::path folder, const VerifyOptions& options, const Work& work)
        : m_folder(std::move(folder)), m_options(options), m_work(work) {}

    Result<BundleVerification> run() {
        if (auto status = files(); !status)
            return status.error();
        m_out.checkedWith = versionText();
        if (m_usable && description() && model()) {
            if (auto status = goldens(); !status)
                return status.error();
            if (auto status = accuracy(); !status)
                return status.error();
        }
        return std::move(m_out);
    }

private:
    bool add(const std::string& id, bool good, std::string subject, std::string text, std::optional<double> found = {},
             std::optional<double> allowed = {}) {
        m_out.checks.push_back(
            {id, good ? State::Passed : State::Failed, std::move(subject), std::move(text), {}, found, allowed});
        if (!good)
            m_out.checks.back().hint = hintFor(id);
        return good;
    }
    bool fail(const std::string& id, const Diagnostic& problem, std::string subject = {}) {
        add(id, false, subject.empty() ? problem.place.file : std::move(subject), problem.message);
        if (!problem.hint.empty())
            m_out.checks.back().hint = problem.hint;
        return false;
    }
    void skip(std::string id, std::string text) {
        m_out.checks.push_back({std::move(id), State::Skipped, {}, std::move(text), {}, {}, {}});
    }
    bool has(const std::string& name) const { return m_files.contains(name); }

    Status files() {
        const auto checked = checkFiles(m_folder, m_work.part(0, 0.2, "Checksums"));
        if (!checked)
            return checked.status();
        m_files = checked->files;
        for (const auto& problem : checked->problems)
            fail("files", problem);
        if (checked->problems.empty())
            add("files", true, {}, std::to_string(m_files.size()) + " files have their checksums");
        if (!checked->unlisted.empty())
            skip("files", std::to_string(checked->unlisted.size()) +
                              " files are not part of the bundle, the first: " + checked->unlisted.front());
        // A file that is missing or changed makes the rest meaningless or dangerous to read.
        m_usable = checked->problems.empty();
        if (!m_usable)
            skip("model", "Nothing was run: the files are not the bundle's");
        return {};
    }

    bool description() {
        if (!has(BundleDescription::fileName))
            return add("description", false, BundleDescription::fileName, "It is not part of the checksums");
        const auto bytes = mapFile(m_folder / BundleDescription::fileName);
        if (!bytes)
            return fail("description", bytes.error());
        auto read = BundleDescription::parse({reinterpret_cast<const char*>(bytes->bytes().data()), bytes->size()});
        if (!read)
            return fail("description", read.error(), BundleDescription::fileName);
        m_description = std::move(*read);
        m_out.name = m_description.name;
        m_out.madeWith = m_description.versions;
        for (const auto& golden : m_description.goldens)
            for (const auto* names : {&golden.inputs, &golden.outputs})
                for (const auto& name : *names)
                    if (!has(name))
                        return add("description", false, name, "A golden's file is not part of the checksums");
        return add("description", true, {}, "bundle.json says what there is");
    }

    bool model() {
        const auto& name = m_description.modelFile;
        if (!has(name))
            return add("model", false, name, "It is not part of the checksums");
        if (modelFilesHash() != m_description.modelHash)
            return add("model", false, name, "It is not the model that bundle.json names");
        const auto read = readOnnx(m_folder / name, {}, m_work);
        if (!read)
            return fail("model", read.error(), name);
        m_model = read->model;
        SessionOptions options;
        options.threads = m_options.threads;
        auto session = openSession(*m_model, options);
        if (!session)
            return fail("model", session.error(), name);
        m_session = std::move(*session);
        for (const auto& [promised, found, what] :
             {std::tuple(&m_description.inputs, &m_session->inputs(), "Inputs: "),
              std::tuple(&m_description.outputs, &m_session->outputs(), "Outputs: ")})
            if (const auto why = portsDiffer(*promised, *found); !why.empty())
                return add("model", false, name, what + why);
        return add("model", true, name, "It loads, with the inputs and outputs that bundle.json promises");
    }

    /// Of the model, followed by its file of weights if it has one.
    std::string modelFilesHash() const {
        Sha256 hash;
        for (const auto& name : {m_description.modelFile, m_description.modelFile + ".data"})
            if (const auto bytes = has(name) ? mapFile(m_folder / name) : Result<Blob>(Blob()))
                hash.add(bytes->bytes());
        return hash.finish();
    }

    Result<TensorPtr> golden(const std::string& name) const {
        if (m_files.at(name) > maxGoldenBytes)
            return errorDiagnostic("bundle.size", "The array is too large").inFile(name);
        return readNpy(m_folder / name);
    }

    Status goldens() {
        const auto& list = m_description.goldens;
        auto data = goldenData();
        if (list.empty())
            add("inference", false, BundleDescription::fileName, "The bundle has no golden samples");
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (auto status = m_work.check(); !status)
                return status;
            std::vector<TensorPtr> inputs;
            for (const auto& name : list[i].inputs) {
                const auto input = golden(name);
                if (!input) {
                    fail("inference", input.error(), name);
                    break;
                }
                inputs.push_back(*input);
            }
            if (inputs.size() != list[i].inputs.size())
                continue;
            if (data)
                checkPreprocessing(*data, i, *inputs.front());
            if (auto status = checkInference(list[i], inputs); !status)
                return status;
            m_work.progress.set(0.2 + 0.4 * double(i + 1) / double(list.size()));
        }
        return {};
    }

    /// The raw samples as a dataset; null with a check that says why.
    DatasetPtr goldenData() {
        if (!m_description.preprocess) {
            skip("preprocessing", "The bundle has made-up inputs and no preprocessing");
            return nullptr;
        }
        if (!m_description.classes.empty() && !has("classes.txt")) {
            add("preprocessing", false, "classes.txt", "It is not part of the checksums");
            return nullptr;
        }
        // Only what this description means is opened: the dataset file itself could name any file of this computer.
        for (const auto& [name, text] :
             {std::pair<std::string, std::string>(goldenDatasetFile, goldenDatasetText(m_description)),
              {goldenListFile, goldenListText(m_description)}}) {
            if (text.empty())
                continue;
            const auto bytes = has(name)
                                   ? mapFile(m_folder / name)
                                   : Result<Blob>(errorDiagnostic("bundle.missing", "It is not part of the checksums"));
            if (!bytes ||
                std::string_view(reinterpret_cast<const char*>(bytes->bytes().data()), bytes->size()) != text) {
                add("preprocessing", false, name, "It is not what bundle.json says");
                return nullptr;
            }
        }
        for (const auto& golden : m_description.goldens)
            if (!has(golden.raw)) {
                add("preprocessing", false, golden.raw, "A golden's raw sample is not part of the checksums");
                return nullptr;
            }
        auto data = openDataset(m_folder / goldenDatasetFile);
        if (data)
            return *data;
        fail("preprocessing", data.error());
        return nullptr;
    }

    bool checkPreprocessing(const Dataset& data, std::size_t index, const Tensor& recorded) {
        const auto& raw = m_description.goldens[index].raw;
        const auto adapter = InputAdapter::make(*m_session, data);
        if (!adapter)
            return fail("preprocessing", adapter.error(), raw);
        const auto batch = data.batch(index, 1);
        if (!batch || batch->size() == 0)
            return batch ? add("preprocessing", false, raw, "The sample cannot be read")
                         : fail("preprocessing", batch.error(), raw);
        const auto input = adapter->rows(*batch->input, 0, 1);
        const auto apart = input ? deviationOf(recorded, **input) : Result<Deviation>(input.error());
        if (!apart)
            return fail("preprocessing", apart.error(), raw);
        const double allowed = m_description.preprocessTolerance;
        return add("preprocessing", apart->largest <= allowed, raw,
                   "The input differs from the recorded one by " + number(apart->largest) + ", allowed " +
                       number(allowed),
                   apart->largest, allowed);
    }

    Status checkInference(const BundleGolden& golden, const std::vector<TensorPtr>& inputs) {
        const auto outputs = m_session->run(inputs, m_work);
        if (!outputs && isCancelled(outputs.error()))
            return outputs.status();
        if (!outputs) {
            fail("inference", outputs.error(), golden.inputs.front());
            return {};
        }
        for (std::size_t o = 0; o < outputs->size(); ++o) {
            const auto& name = golden.outputs[o];
            const auto recorded = this->golden(name);
            const auto apart = recorded ? deviationOf(**recorded, *(*outputs)[o]) : Result<Deviation>(recorded.error());
            if (!apart) {
                fail("inference", apart.error(), name);
                continue;
            }
            const double allowed = m_description.outputTolerances[o] * apart->magnitude;
            add("inference", apart->largest <= allowed, name,
                "'" + m_description.outputs[o].name + "' differs from the recorded output by " +
                    number(apart->largest) + ", allowed " + number(allowed),
                apart->largest, allowed);
        }
        return {};
    }

    Status accuracy() {
        const auto& recorded = m_description.measured["evaluation"];
        if (m_options.dataset.empty())
            return {};
        if (!recorded["top1"].isNumber()) {
            skip("accuracy", "The bundle records no accuracy");
            return {};
        }
        auto data = openCachedDataset(m_options.dataset);
        if (!data) {
            fail("accuracy", data.error());
            return {};
        }
        const auto samples = std::size_t(std::max<std::int64_t>(0, recorded["samples"].toInteger()));
        if (samples > 0 && samples < (*data)->size())
            data = limitedDataset(*data, samples);
        EvaluateOptions options;
        options.threads = m_options.threads;
        const auto result = evaluateModel(*m_model, **data, options, m_work.part(0.6, 1, "Accuracy"));
        if (!result && isCancelled(result.error()))
            return result.status();
        if (!result || !result->top1) {
            const auto name = m_options.dataset.filename().string();
            result ? add("accuracy", false, name, "The dataset has no labels") : fail("accuracy", result.error(), name);
            return {};
        }
        const bool same = (*data)->hash() == recorded["dataset"]["hash"].toString();
        const double percent = result->top1->percent;
        const bool good = percent >= recorded["top1_low"].toDouble() && percent <= recorded["top1_high"].toDouble();
        char text[200];
        std::snprintf(text, sizeof text, "Top-1 is %.2f %% on %zu samples; recorded: %.2f %% (95 %%: %.2f to %.2f)%s",
                      percent, result->samples, recorded["top1"].toDouble(), recorded["top1_low"].toDouble(),
                      recorded["top1_high"].toDouble(), same ? "" : ", on other data");
        add("accuracy", good, m_options.dataset.filename().string(), text, percent, recorded["top1"].toDouble());
        return {};
    }

    fs::path m_folder;
    const VerifyOptions& m_options;
    Work m_work;
    BundleVerification m_out;
    BundleDescription m_description;
    std::map<std::string, std::uint64_t> m_files;
    ModelPtr m_model;
    std::unique_ptr<InferenceSession> m_session;
    bool m_usable = false;
};

} // namespace

bool BundleVerification::passed() const {
    return std::none_of(checks.begin(), checks.end(), [](const auto& check) { return check.state == State::Failed; });
}

Json BundleVerification::toJson() const {
    Json json;
    json.set("passed", passed());
    json.set("name", name);
    json.set("made_with", madeWith);
    json.set("checked_with", checkedWith);
    Json::Array list;
    for (const auto& check : checks) {
        Json entry;
        entry.set("check", check.id);
        entry.set("state", stateName(check.state));
        entry.set("subject", check.subject);
        entry.set("text", check.text);
        if (!check.hint.empty())
            entry.set("hint", check.hint);
        if (check.found)
            entry.set("found", *check.found);
        if (check.allowed)
            entry.set("allowed", *check.allowed);
        list.push_back(std::move(entry));
    }
    json.set("checks", std::move(list));
    return json;
}

Result<BundleVerification> verifyBundle(const fs::path& place, const VerifyOptions& options, const Work& work) {
    std::error_code error;
    if (!fs::is_regular_file(place, error))
        return Verifier(place, options, work).run();
    const auto unpacked = UnpackedArchive::open(place, work.part(0, 0.1, "Unpacking"));
    if (!unpacked)
        return unpacked.error();
    return Verifier((*unpacked)->folder(), options, work.part(0.1, 1)).run();
}

} // namespace lapidary
