// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lapidary::sample {

/// An idx file of unsigned bytes as the MNIST family uses them: dims[0] items of dims[1] x dims[2]... bytes each.
struct IdxFile {
    std::vector<int64_t> dims;
    std::vector<uint8_t> bytes; ///< row-major, product of dims

    [[nodiscard]] int64_t items() const { return dims.empty() ? 0 : dims.front(); }
    [[nodiscard]] int64_t bytesPerItem() const { return items() == 0 ? 0 : int64_t(bytes.size()) / items(); }
};

/// Reads `path`, gzipped or plain. Throws std::runtime_error naming the file when it cannot be read, is not an idx
/// file of unsigned bytes, is shorter than its header says, or claims more than 1 GiB.
IdxFile readIdx(const std::string& path);

} // namespace lapidary::sample
