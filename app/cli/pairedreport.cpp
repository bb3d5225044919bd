// SPDX-License-Identifier: GPL-3.0-or-later
#include "pairedreport.h"

#include "format.h"

#include "data/samplepicture.h"
#include "device/hostenvironment.h"

#include <QImage>

#include <cmath>
#include <iostream>

namespace lapidary::cli {

namespace {

constexpr std::size_t shownSamples = 10, shownMoves = 10, shownLayers = 10, layerSamples = 32;

std::string className(const Dataset& data, std::int64_t answer) {
    const auto index = answer - data.labelOffset();
    const bool named = index >= 0 && index < std::int64_t(data.classes().size());
    return named ? data.classes()[std::size_t(index)] : std::to_string(answer);
}

std::string share(float zeroToOne) {
    return fixed(100 * double(zeroToOne), 1) + " %";
}

/// One picture a sample, named by its rank, sample and answers.
Status writePictures(const PairedComparison& result, const Dataset& data, const std::filesystem::path& folder,
                     const Work& work) {
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem)
        return errorDiagnostic("file.create", "The folder cannot be made: " + problem.message())
            .inFile(folder.string());
    for (std::size_t i = 0; i < result.disagreements.size(); ++i) {
        const auto& sample = result.disagreements[i];
        const auto picture = samplePicture(data, sample.sample, work);
        if (!picture)
            return picture.status();
        const QImage image(picture->bytes.data(), picture->width, picture->height,
                           picture->width * (picture->heat ? 1 : 3),
                           picture->heat ? QImage::Format_Grayscale8 : QImage::Format_RGB888);
        auto rank = std::to_string(i + 1);
        rank.insert(0, rank.size() < 4 ? 4 - rank.size() : 0, '0');
        auto name = rank + "_sample" + std::to_string(sample.sample);
        if (sample.label >= 0)
            name += "_label" + std::to_string(sample.label);
        if (sample.a.answer >= 0)
            name += "_a" + std::to_string(sample.a.answer) + "_b" + std::to_string(sample.b.answer);
        const auto file = folder / (name + ".png");
        if (!image.save(QString::fromStdString(file.string()), "PNG"))
            return errorDiagnostic("file.write", "The picture cannot be written").inFile(file.string());
    }
    return {};
}

void printSamples(const PairedComparison& result, const Dataset& data) {
    if (result.disagreements.empty() || !result.classifies)
        return;
    std::vector<std::vector<std::string>> rows = {{"sample", "label", "A", "score", "B", "score"}};
    for (std::size_t i = 0; i < std::min(shownSamples, result.disagreements.size()); ++i) {
        const auto& sample = result.disagreements[i];
        rows.push_back({data.sampleName(sample.sample), sample.label >= 0 ? className(data, sample.label) : "",
                        className(data, sample.a.answer), share(sample.a.score), className(data, sample.b.answer),
                        share(sample.b.score)});
    }
    std::cout << "most surprising of " << result.disagreementCount << " disagreements:\n";
    printTable(rows);
}

void printMoves(const PairedComparison& result, const Dataset& data) {
    for (std::size_t i = 0; i < std::min(shownMoves, result.moves.size()); ++i) {
        const auto& move = result.moves[i];
        std::cout << "  " << move.count << " x " << className(data, move.from) << " → " << className(data, move.to);
        if (move.label >= 0)
            std::cout << " (is " << className(data, move.label) << ')';
        std::cout << '\n';
    }
}

void printLayers(const std::vector<LayerDelta>& layers) {
    std::vector<const LayerDelta*> measured;
    for (const auto& layer : layers)
        if (layer.sqnrDb && std::isfinite(*layer.sqnrDb))
            measured.push_back(&layer);
    std::stable_sort(measured.begin(), measured.end(),
                     [](const auto* x, const auto* y) { return *x->sqnrDb < *y->sqnrDb; });
    if (measured.empty())
        return;
    std::vector<std::vector<std::string>> rows = {{"layers furthest apart", "operator", "SQNR dB"}};
    for (std::size_t i = 0; i < std::min(shownLayers, measured.size()); ++i)
        rows.push_back({measured[i]->name, measured[i]->opType, fixed(*measured[i]->sqnrDb, 1)});
    printTable(rows);
}

} // namespace

DatasetPtr limitedTo(DatasetPtr data, std::size_t limit) {
    return limit > 0 ? limitedDataset(std::move(data), limit) : data;
}

Result<PairedAnswers> compareAnswers(const AnalysedModel& a, const AnalysedModel& b, const ModelComparison& comparison,
                                     const DatasetPtr& data, const std::string& images, const Work& work) {
    PairedOptions options;
    options.threads = hostCores();
    auto made = comparePaired(*a.model, {b.model.get()}, *data, options, work.part(0, 0.8));
    if (!made)
        return made.status();
    PairedAnswers answers;
    answers.data = data;
    answers.result = std::move(made->front());
    answers.layers = layerDeltas(comparison, a, b);
    if (const auto status = measureLayerErrors(answers.layers, a, b, data, layerSamples, work.part(0.8, 1)); !status) {
        if (isCancelled(status.error()))
            return status;
        answers.layersProblem = status.error().toString();
    }
    if (!images.empty())
        if (auto status = writePictures(answers.result, *data, images, work); !status)
            return status;
    return answers;
}

void PairedAnswers::addTo(Json& json) const {
    json.set("paired", result.toJson());
    json.set("layers", toJson(layers));
    if (!layersProblem.empty())
        json.set("layers_problem", layersProblem);
}

void PairedAnswers::print() const {
    std::cout << '\n' << result.samples << " samples of " << result.dataName << '\n';
    const auto accuracy = [](const char* label, const std::optional<Proportion>& of) {
        if (of)
            std::cout << label << fixed(of->percent) << " %  (95 %: " << fixed(of->low) << " to " << fixed(of->high)
                      << ")\n";
    };
    accuracy("A top-1      ", result.top1A);
    accuracy("B top-1      ", result.top1B);
    accuracy("agreement    ", result.agreement);
    if (const auto sentence = result.significanceText(); !sentence.empty())
        std::cout << sentence << '\n';
    printMoves(result, *data);
    printSamples(result, *data);
    printLayers(layers);
    if (!layersProblem.empty())
        std::cout << "layers not compared: " << layersProblem << '\n';
}

} // namespace lapidary::cli
