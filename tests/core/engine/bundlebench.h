// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/sha256.h"
#include "engine/bundle.h"
#include "engine/bundleverify.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <string>

namespace lapidary::test {

/// A small classifier of square pictures with two outputs.
inline AnalysedModelPtr smallClassifier(int side, bool channelsFirst = true, int channels = 3) {
    ModelBuilder b;
    if (channelsFirst) {
        b.symbolicInput("picture", DataType::Float,
                        {"N", std::to_string(channels), std::to_string(side), std::to_string(side)});
        b.node("Identity", {"picture"}, {"x"});
    } else {
        b.symbolicInput("picture", DataType::Float,
                        {"N", std::to_string(side), std::to_string(side), std::to_string(channels)});
        b.node("Transpose", {"picture"}, {"x"}, {attr("perm", {0, 3, 1, 2})});
    }
    b.init("w", {6, channels, 3, 3}, 1).node("Conv", {"x", "w"}, {"c"}, {attr("pads", {1, 1, 1, 1})});
    b.node("Relu", {"c"}, {"r"}).node("GlobalAveragePool", {"r"}, {"p"}).node("Flatten", {"p"}, {"scores"});
    b.node("ArgMax", {"scores"}, {"best"}, {attr("axis", 1), attr("keepdims", 0)});
    b.output("scores").output("best", DataType::Int64);
    return Engine::analyse(b.build()).value();
}

inline std::string ppm(int width, int height, std::uint64_t seed, bool grey = false) {
    std::string bytes =
        std::string(grey ? "P5\n" : "P6\n") + std::to_string(width) + " " + std::to_string(height) + "\n255\n";
    // A slope with some noise: resizing has something to interpolate.
    const auto noise = randomIntegers(std::size_t(width * height * 3), seed, 0, 60);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < (grey ? 1 : 3); ++c)
                bytes += char(
                    (x * 150 / width + y * 40 / height + c * 5 + int(noise[std::size_t((y * width + x) * 3 + c)])) &
                    255);
    return bytes;
}

/// Twelve labelled pictures and the dataset file over them.
inline std::filesystem::path writePictures(const std::filesystem::path& folder, const std::string& preprocess) {
    std::string list = "image,label\n";
    std::filesystem::create_directories(folder);
    for (int i = 0; i < 12; ++i) {
        const auto name = "p" + std::to_string(i) + ".ppm";
        writeFile(folder / name, ppm(61 + i, 47 + 3 * (i % 4), std::uint64_t(i + 1)));
        list += name + "," + std::to_string(i % 6) + "\n";
    }
    writeFile(folder / "list.csv", list);
    writeFile(folder / "classes.txt", "ant\nbee\n\"cat\"\ndo\\g\n\xc3\xa9l\xc3\xa9phant\nfox\?\?/\n");
    writeFile(
        folder / "data.json",
        R"({"lapidary_dataset": 1, "kind": "image-list", "root": ".", "list": "list.csv", "classes": "classes.txt",
                                        "preprocess": )" +
            preprocess + "}");
    return folder / "data.json";
}

/// Writes the checksum of one file anew, as someone who changes a bundle on purpose would.
inline void signAgain(const std::filesystem::path& bundle, const std::string& name) {
    auto sums = readFile(bundle / "SHA256SUMS");
    const auto at = sums.find("  " + name + "\n");
    if (at == std::string::npos)
        qFatal("%s is not listed", name.c_str());
    sums.replace(at - 64, 64, sha256(readFile(bundle / name)));
    writeFile(bundle / "SHA256SUMS", sums);
}

/// The first failed check as "id subject: text"; empty if all passed. Each must have a place and a hint.
inline std::string firstFailure(const Result<BundleVerification>& result) {
    if (!result)
        return (result.error().hint.empty() && !isCancelled(result.error()) ? "no hint: " : "") + result.error().code +
               ": " + result.error().toString();
    for (const auto& check : result->checks)
        if (check.state == BundleCheck::State::Failed && (check.hint.empty() || check.subject.empty()))
            return "no place or hint: " + check.id + " " + check.subject + ": " + check.text;
    for (const auto& check : result->checks)
        if (check.state == BundleCheck::State::Failed)
            return check.id + " " + check.subject + ": " + check.text;
    return {};
}

} // namespace lapidary::test
