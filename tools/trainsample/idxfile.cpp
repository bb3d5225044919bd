// SPDX-License-Identifier: GPL-3.0-or-later
#include "idxfile.h"

#include <array>
#include <memory>
#include <stdexcept>
#include <zlib.h>

namespace lapidary::sample {
namespace {

constexpr uint8_t kUnsignedByte = 0x08;
constexpr int64_t kLargestFile = int64_t(1) << 30;

struct CloseGz {
    void operator()(gzFile_s* file) const { gzclose(file); }
};

void readExactly(gzFile_s* file, uint8_t* to, int64_t count, const std::string& path) {
    for (int64_t done = 0; done < count;) {
        const auto step = unsigned(std::min<int64_t>(count - done, 1 << 20));
        const int got = gzread(file, to + done, step);
        if (got <= 0) {
            throw std::runtime_error(path + ": ends before all the data its header announces");
        }
        done += got;
    }
}

} // namespace

IdxFile readIdx(const std::string& path) {
    // zlib reads a file without a gzip header as it is, so one reader serves both forms.
    const std::unique_ptr<gzFile_s, CloseGz> file(gzopen(path.c_str(), "rb"));
    if (!file) {
        throw std::runtime_error(path + ": cannot be opened (install the Debian package dataset-fashion-mnist)");
    }
    std::array<uint8_t, 4> magic{};
    readExactly(file.get(), magic.data(), 4, path);
    if (magic[0] != 0 || magic[1] != 0 || magic[2] != kUnsignedByte || magic[3] == 0 || magic[3] > 4) {
        throw std::runtime_error(path + ": is not an idx file of unsigned bytes");
    }
    IdxFile result;
    int64_t total = 1;
    for (int i = 0; i < magic[3]; ++i) {
        std::array<uint8_t, 4> raw{};
        readExactly(file.get(), raw.data(), 4, path);
        const int64_t dim = int64_t(raw[0]) << 24 | raw[1] << 16 | raw[2] << 8 | raw[3];
        if (dim == 0 || dim > kLargestFile / total) {
            throw std::runtime_error(path + ": announces no data or more than 1 GiB");
        }
        total *= dim;
        result.dims.push_back(dim);
    }
    result.bytes.resize(size_t(total));
    readExactly(file.get(), result.bytes.data(), total, path);
    return result;
}

} // namespace lapidary::sample
