// SPDX-License-Identifier: GPL-3.0-or-later
// The first byte chooses what the others are: 'Z' a zip archive, else bundle.json or a NumPy array. A description that
// is read names no file outside of its folder and survives writing and reading; an array has the bytes its shape needs;
// an archive unpacks to plain files of its own folder, and not to very many bytes.
#include "engine/bundlearchive.h"
#include "engine/bundleformat.h"
#include "engine/bundlegoldens.h"
#include "tensor/npyfile.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

using namespace lapidary;

namespace {

void require(bool condition, const char* what) {
    if (condition)
        return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

void readDescription(std::string_view text) {
    const auto read = BundleDescription::parse(text);
    if (!read) {
        require(!read.error().code.empty() && !read.error().message.empty(), "a failure says what is wrong");
        return;
    }
    require(isBundlePath(read->modelFile), "the model is in the bundle");
    for (const auto& golden : read->goldens) {
        require(golden.raw.empty() || isBundlePath(golden.raw), "raw samples are in the bundle");
        require(golden.inputs.size() == read->inputs.size() && golden.outputs.size() == read->outputs.size(),
                "goldens are whole");
        for (const auto* names : {&golden.inputs, &golden.outputs})
            for (const auto& name : *names)
                require(isBundlePath(name) && name.find("..") != 0 && name.front() != '/', "goldens are in the bundle");
    }
    for (const double tolerance : read->outputTolerances)
        require(std::isfinite(tolerance) && tolerance >= 0, "tolerances are numbers");
    const auto again = BundleDescription::parse(read->toJson().dump());
    require(again.ok() && again->toJson().dump() == read->toJson().dump(),
            "a description survives writing and reading");
    require(goldenDatasetText(*again) == goldenDatasetText(*read), "equal descriptions have equal datasets");
    (void)goldenListText(*read);
}

void readArray(const std::string& bytes) {
    const auto array = parseNpy(Blob(bytes));
    if (!array) {
        require(!array.error().code.empty() && !array.error().message.empty(), "a failure says what is wrong");
        return;
    }
    require(packedBytes((*array)->type, std::uint64_t((*array)->count())) == (*array)->data.size(), "arrays are whole");
    const auto apart = deviationOf(**array, **array);
    require(!apart || apart->largest == 0, "an array is equal to itself");
}

void readArchive(const std::string& bytes) {
    namespace fs = std::filesystem;
    const auto path = fs::temp_directory_path() / ("lapidary-fuzz-" + std::to_string(::getpid()) + ".zip");
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    auto archive = UnpackedArchive::open(path);
    (void)isBundleArchive(path);
    fs::remove(path);
    if (!archive) {
        require(!archive.error().code.empty() && !archive.error().message.empty(), "a failure says what is wrong");
        return;
    }
    const fs::path folder = (*archive)->folder();
    require(fs::is_directory(fs::symlink_status(folder)), "files are in a folder");
    std::uint64_t total = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const auto type = entry.symlink_status().type();
        require(type == fs::file_type::regular || type == fs::file_type::directory, "there are plain files only");
        total += type == fs::file_type::regular ? entry.file_size() : 0;
    }
    require(total <= std::max<std::uint64_t>(1 << 20, 100 * bytes.size()), "it does not unpack to very much");
    archive->reset();
    require(!fs::exists(folder), "nothing stays behind");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] == 'Z')
        readArchive(bytes);
    else if (data[0] % 2 == 0)
        readDescription(bytes);
    else
        readArray(bytes);
    return 0;
}
