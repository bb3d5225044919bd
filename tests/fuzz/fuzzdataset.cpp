// SPDX-License-Identifier: GPL-3.0-or-later
// The first byte chooses what the others are: an IDX file, a NumPy array, CIFAR records, a list of images, an image, or
// the dataset file itself. Whatever they are: opening and reading end with samples of the promised shape or a
// diagnostic.
#include "data/dataset.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

using namespace lapidary;
namespace fs = std::filesystem;

namespace {

void require(bool condition, const char* what) {
    if (condition)
        return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

/// A folder of this process, removed at its end.
struct Folder {
    fs::path path = fs::temp_directory_path() / ("lapidary-fuzz-" + std::to_string(::getpid()));
    Folder() { fs::create_directories(path); }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
};

void write(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

std::string small(const std::string& rest) {
    return R"({"lapidary_dataset": 1, "preprocess": {"resize": {"width": 8, "height": 8}}, )" + rest + "}";
}

void readAll(const fs::path& file) {
    DatasetOptions options;
    options.threads = 1;
    options.maxUnreadable = 2;
    const auto data = openDataset(file, options);
    if (!data) {
        require(!data.error().code.empty() && !data.error().message.empty(), "a failure says what is wrong");
        return;
    }
    require((*data)->size() > 0, "a dataset that opens has samples");
    require(!(*data)->hash().empty(), "a dataset has a hash");
    if (elementCount((*data)->sampleShape()).value_or(1 << 30) > 1 << 24)
        return;
    const auto batch = (*data)->batch(0, 2);
    if (!batch || batch->size() == 0)
        return;
    Shape shape = (*data)->sampleShape();
    shape.insert(shape.begin(), std::int64_t(batch->size()));
    require(batch->input->shape == shape, "samples have the promised shape");
    require(batch->input->data.size() ==
                batch->size() * sizeof(float) * std::size_t(elementCount((*data)->sampleShape()).value_or(0)),
            "samples are complete");
    require(!(*data)->labelled() || batch->labels.size() == batch->size(), "every sample has its label");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    static const Folder folder;
    const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    static const std::array<std::string, 6> specs = {
        small(R"("kind": "idx", "root": "data")"),
        R"({"lapidary_dataset": 1, "kind": "npy", "root": "data"})",
        small(R"("kind": "cifar", "root": "data")"),
        small(R"("kind": "image-list", "root": ".", "list": "data")"),
        small(R"("kind": "image-list", "root": ".", "list": "list")"),
        {},
    };
    const std::size_t kind = data[0] % specs.size();
    write(folder.path / "list", "image,label\ndata,0\n");
    write(folder.path / "data", bytes);
    write(folder.path / "set.json", specs[kind].empty() ? bytes : specs[kind]);
    readAll(folder.path / "set.json");
    return 0;
}
