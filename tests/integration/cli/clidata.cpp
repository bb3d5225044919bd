// SPDX-License-Identifier: GPL-3.0-or-later
#include "clidata.h"

#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

namespace lapidary::test {

namespace {

std::string bigEndian(std::uint32_t number) {
    return {char(number >> 24), char(number >> 16), char(number >> 8), char(number)};
}

} // namespace

void writeDataset(const std::filesystem::path& folder, std::uint32_t samples, int side) {
    const auto extent = std::uint32_t(side);
    std::string images = bigEndian(0x803) + bigEndian(samples) + bigEndian(extent) + bigEndian(extent);
    for (const auto value : randomIntegers(std::size_t(samples) * extent * extent, 1, 0, 255))
        images += char(value);
    std::string labels = bigEndian(0x801) + bigEndian(samples);
    for (const auto value : randomIntegers(samples, 2, 0, 9))
        labels += char(value);
    std::filesystem::create_directories(folder);
    writeFile(folder / "images.idx", images);
    writeFile(folder / "labels.idx", labels);
    writeFile(folder / "data.json",
              R"({"lapidary_dataset": 1, "kind": "idx", "root": "images.idx", "labels": "labels.idx", "preprocess":
                 {"color": "GRAY", "scale": 1, "mean": [72.94], "std": [90.02], "layout": "NCHW"}})");
}

} // namespace lapidary::test
