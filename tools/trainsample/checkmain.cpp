// SPDX-License-Identifier: GPL-3.0-or-later
// Measures the top-1 accuracy of a clothing network in ONNX Runtime, with the images and the preprocessing that a
// dataset file names. It shares no code with Lapidary's own evaluation, so that each can check the other.
#include "classifier.h"

#include <CLI/CLI.hpp>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <cstdio>
#include <stdexcept>

using namespace lapidary::sample;

namespace {

struct Dataset {
    ImageSet images;
    float mean = 0;
    float std = 1;
};

[[noreturn]] void refuse(const QString& path, const char* why) {
    throw std::runtime_error(path.toStdString() + ": " + why);
}

/// Reads the part of a dataset file that this program understands and refuses anything else.
Dataset readDataset(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        refuse(path, "cannot be opened");
    }
    const QJsonObject root = QJsonDocument::fromJson(file.readAll()).object();
    const QJsonObject preprocess = root["preprocess"].toObject();
    const QJsonArray mean = preprocess["mean"].toArray();
    const QJsonArray std = preprocess["std"].toArray();
    if (root["lapidary_dataset"] != 1 || root["kind"] != "idx") {
        refuse(path, "is not a dataset of kind idx");
    }
    if (preprocess.contains("resize") || preprocess.contains("crop") || preprocess["color"] != "GRAY" ||
        preprocess["layout"] != "NCHW" || preprocess["input"] != "image" || mean.size() != 1 || std.size() != 1) {
        refuse(path, "does not ask for grey NCHW images of their own size for the input 'image'");
    }
    const QDir folder = QFileInfo(path).absoluteDir();
    const auto full = [&](const char* key) { return folder.absoluteFilePath(root[key].toString()).toStdString(); };
    Dataset result;
    result.images = readImages(full("root"), full("labels"));
    if (root.contains("limit")) {
        result.images = result.images.part(0, std::min<int64_t>(root["limit"].toInteger(), result.images.size()));
    }
    // (pixel * scale - mean) / std is (pixel - mean / scale) / (std / scale).
    const double scale = preprocess["scale"].toDouble(1);
    result.mean = float(mean[0].toDouble() / scale);
    result.std = float(std[0].toDouble() / scale);
    return result;
}

} // namespace

int main(int argc, char** argv) {
    std::string model;
    std::string data;
    double atLeast = 0;
    int threads = 2;
    CLI::App app("Measures the top-1 accuracy of a clothing network in ONNX Runtime.");
    app.add_option("model", model, "ONNX file")->required()->check(CLI::ExistingFile);
    app.add_option("--data", data, "Dataset file")->required()->check(CLI::ExistingFile);
    app.add_option("--at-least", atLeast, "Fail below this percentage");
    app.add_option("--threads", threads)->check(CLI::PositiveNumber)->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        const Dataset dataset = readDataset(QString::fromStdString(data));
        const int64_t right = Classifier(model, threads).countRight(dataset.images, dataset.mean, dataset.std);
        const double percent = 100.0 * double(right) / double(dataset.images.size());
        std::printf("%ld of %ld right, %.2f %%\n", long(right), long(dataset.images.size()), percent);
        return percent >= atLeast ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "lapidary-check-sample: %s\n", error.what());
        return 1;
    }
}
