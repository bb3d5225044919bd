// SPDX-License-Identifier: GPL-3.0-or-later
#include "halfweights.h"

#include "tensor/float16.h"

#include <cmath>
#include <cstring>

namespace lapidary {

namespace {

constexpr float largestBFloat16 = 3.38953139e38f;

} // namespace

void HalfError::add(const HalfError& other) {
    elements += other.elements;
    overflows += other.overflows;
    underflows += other.underflows;
    signal += other.signal;
    noise += other.noise;
}

double HalfError::sqnrDb() const {
    return noise > 0 && signal > 0 ? std::min(200.0, 10 * std::log10(signal / noise)) : 200.0;
}

bool isConvertible(const Tensor& tensor) {
    const auto count = elementCount(tensor.shape);
    return tensor.type == DataType::Float && !tensor.missing() && count &&
           tensor.data.size() == std::uint64_t(*count) * sizeof(float);
}

TensorPtr toHalf(const Tensor& tensor, DataType type, bool dry, HalfError& error) {
    const bool brain = type == DataType::BFloat16;
    const float largest = brain ? largestBFloat16 : largestFloat16;
    const std::size_t count = std::size_t(tensor.count());
    auto out = std::make_shared<Tensor>();
    out->type = type;
    out->shape = tensor.shape;
    out->doc = tensor.doc;
    // What was kept in a file of its own goes there again.
    out->storage = tensor.storage == TensorStorage::External ? TensorStorage::External : TensorStorage::Raw;
    error.elements += count;
    if (dry) {
        out->data = tensor.data.slice(0, count * sizeof(std::uint16_t));
        return out;
    }
    std::vector<std::uint16_t> halves(count);
    const std::byte* data = tensor.data.bytes().data();
    for (std::size_t i = 0; i < count; ++i) {
        float value;
        std::memcpy(&value, data + i * sizeof(float), sizeof(float));
        float kept = value;
        if (std::isfinite(value) && std::abs(value) > largest) {
            kept = std::copysign(largest, value);
            ++error.overflows;
        }
        halves[i] = brain ? floatToBfloat16(kept) : floatToHalf(kept);
        const float back = brain ? bfloat16ToFloat(halves[i]) : halfToFloat(halves[i]);
        error.underflows += value != 0 && back == 0;
        if (std::isfinite(value)) {
            error.signal += double(value) * double(value);
            error.noise += (double(value) - double(back)) * (double(value) - double(back));
        }
    }
    out->data = Blob::ofValues(std::move(halves));
    return out;
}

LayerReport halfReport(const Node& node, const std::string& what, const HalfError& error) {
    LayerReport report{displayName(node), node.opType, what, {}};
    if (error.elements == 0)
        return report;
    report.numbers["weights"] = double(error.elements);
    report.numbers["bits_before"] = 32;
    report.numbers["bits"] = 16;
    report.numbers["bytes_before"] = double(error.elements * sizeof(float));
    report.numbers["bytes_after"] = double(error.elements * sizeof(std::uint16_t));
    report.numbers["weight_sqnr_db"] = error.sqnrDb();
    report.numbers["overflows"] = double(error.overflows);
    report.numbers["underflows"] = double(error.underflows);
    return report;
}

} // namespace lapidary
