// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/engine/clothes.h"

#include "tests/support/modelbuilder.h"

namespace lapidary::test {

namespace {

std::string bigEndian(std::uint32_t number) {
    return {char(number >> 24), char(number >> 16), char(number >> 8), char(number)};
}

} // namespace

std::filesystem::path writeClothes(const std::filesystem::path& folder, std::uint64_t seed) {
    std::string images = bigEndian(0x803) + bigEndian(200) + bigEndian(28) + bigEndian(28);
    for (const auto value : randomIntegers(200 * 28 * 28, seed, 0, 255))
        images += char(value);
    std::string labels = bigEndian(0x801) + bigEndian(200);
    for (const auto value : randomIntegers(200, seed + 1, 0, 9))
        labels += char(value);
    std::filesystem::create_directories(folder);
    writeFile(folder / "images.idx", images);
    writeFile(folder / "labels.idx", labels);
    writeFile(folder / "data.json",
              R"({"lapidary_dataset": 1, "kind": "idx", "root": "images.idx", "labels": "labels.idx", "preprocess":
                 {"color": "GRAY", "scale": 1, "mean": [72.94], "std": [90.02], "layout": "NCHW", "input": "image"}})");
    return folder / "data.json";
}

Recipe clothesRecipe(const std::string& name) {
    return Recipe::parse(readFile(sampleFiles / "recipes" / name)).value();
}

} // namespace lapidary::test
