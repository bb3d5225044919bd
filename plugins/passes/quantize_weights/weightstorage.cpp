// SPDX-License-Identifier: GPL-3.0-or-later
#include "weightstorage.h"

#include "codepacking.h"

#include <cmath>

namespace lapidary {
namespace {

using Options = WeightBitsOptions;
constexpr std::int64_t opsetOfInt4 = 21, opsetOfAxis = 13, opsetOfBitShift = 11;
/// So few bits need no scales in full precision.
constexpr int fewBits = 6;

/// The divisor of `columns` nearest to `wanted`, by ratio; all columns where none is near.
std::size_t groupSizeFor(std::size_t columns, std::size_t wanted) {
    std::size_t best = columns;
    double least = std::fabs(std::log(double(columns) / double(wanted)));
    for (std::size_t size = 1; size < columns; ++size) {
        const double away = std::fabs(std::log(double(size) / double(wanted)));
        if (columns % size == 0 && away < least && away <= std::log(2.0) + 1e-9) {
            best = size;
            least = away;
        }
    }
    return best;
}

class StorageChooser {
public:
    StorageChooser(const WeightMatrix& matrix, int bits, const Options& options, std::int64_t newestOpset,
                   bool products)
        : m_matrix(matrix), m_options(options), m_newest(newestOpset), m_products(products) {
        m_storage.bits = bits;
        m_storage.codebook = options.codebook;
        m_storage.zeros = !options.symmetric;
        m_storage.weightType = matrix.type;
        m_storage.weightShape = matrix.shape;
        m_storage.shared = options.granularity == Options::Granularity::Tensor;
        m_storage.inputsFirst = matrix.kernel == 1 && !matrix.transposed && matrix.rowStride == 1;
    }

    WeightStorage choose() {
        setGroups();
        m_storage.form = form();
        if (m_storage.form == StorageForm::Dequantize)
            dequantize();
        else if (m_storage.form == StorageForm::Packed)
            packed();
        else
            m_storage.codeType = DataType::UInt8;
        return std::move(m_storage);
    }

private:
    void setGroups() {
        const std::size_t columns = m_matrix.columns();
        m_storage.groupSize = columns;
        if (m_options.granularity != Options::Granularity::Group || m_matrix.transposed)
            return;
        m_storage.groupSize = groupSizeFor(columns, m_options.groupSize);
        m_storage.groups = columns / m_storage.groupSize;
        if (m_storage.groups == 1)
            return;
        for (std::size_t c = 0; c < columns; ++c) { // neighbours in the file share a scale
            const std::size_t place = c % m_matrix.inputs * m_matrix.kernel + c / m_matrix.inputs;
            m_storage.groupOf.push_back(std::uint32_t(place / m_storage.groupSize));
        }
    }

    StorageForm form() const {
        const auto& s = m_storage;
        const bool plain = !s.codebook && s.weightType == DataType::Float;
        const bool powerOfTwo = s.groupSize >= 16 && (s.groupSize & (s.groupSize - 1)) == 0;
        if (m_options.storage == Options::Storage::MatMulNBits && m_products && plain && powerOfTwo && !s.shared &&
            (s.bits == 4 || s.bits == 8))
            return StorageForm::MatMulNBits;
        const bool scattered = m_matrix.transposed && m_matrix.groups > 1 && !s.shared;
        // Not unasked: ONNX Runtime dequantizes at every run (2 to 2.5 times the time of ResNet-56 in float), and makes
        // products of it that round activations to 8 bits.
        if (plain && !scattered && m_options.storage == Options::Storage::Dequantize &&
            neededForDequantize() <= m_newest)
            return StorageForm::Dequantize;
        return StorageForm::Packed;
    }

    std::int64_t neededForDequantize() const {
        return m_storage.bits <= 4 || m_storage.groups > 1 ? opsetOfInt4 : opsetOfAxis;
    }

    DataType integers() const {
        if (m_storage.bits <= 4)
            return m_storage.zeros ? DataType::UInt4 : DataType::Int4;
        return m_storage.zeros ? DataType::UInt8 : DataType::Int8;
    }

    void dequantize() {
        auto& s = m_storage;
        s.codeType = integers();
        s.neededOpset = neededForDequantize();
        s.view = s.weightShape;
        if (s.shared)
            return;
        const auto outputs = std::int64_t(m_matrix.outputs()), groups = std::int64_t(s.groups);
        s.axis = m_matrix.transposed || s.inputsFirst ? 1 : 0;
        s.scaleShape = {m_matrix.transposed ? std::int64_t(m_matrix.rows) : outputs};
        if (s.groups == 1)
            return;
        s.axis = s.inputsFirst ? 0 : 1;
        s.scaleShape = s.inputsFirst ? Shape{groups, outputs} : Shape{outputs, groups};
        if (!s.inputsFirst)
            s.view = {outputs, std::int64_t(m_matrix.columns())};
    }

    void packed() {
        auto& s = m_storage;
        if (s.codebook && s.bits == 8)
            s.codeType = DataType::UInt8;
        else if (!s.codebook && (s.bits == 8 || (s.bits == 4 && m_newest >= opsetOfInt4)))
            s.codeType = integers();
        else
            s.codeType = CodeWords(s.bits).type();
        s.neededOpset = s.words() ? opsetOfBitShift : bitsPerElement(s.codeType) == 4 ? opsetOfInt4 : 7;
        if (s.groups > 1 && s.bits <= fewBits) {
            s.scaleType = DataType::BFloat16;
            s.neededOpset = std::max(s.neededOpset, opsetOfAxis);
        }
        setView();
    }

    void setView() {
        auto& s = m_storage;
        const auto outputs = std::int64_t(m_matrix.outputs()), groups = std::int64_t(s.groups),
                   size = std::int64_t(s.groupSize), rows = std::int64_t(m_matrix.rows);
        s.view = s.weightShape;
        if (s.shared)
            return;
        if (m_matrix.transposed) {
            s.view = {std::int64_t(m_matrix.groups), std::int64_t(m_matrix.inputs), rows,
                      std::int64_t(m_matrix.kernel)};
            s.scaleShape = {std::int64_t(m_matrix.groups), 1, rows, 1};
        } else if (s.groups > 1) {
            s.view = s.inputsFirst ? Shape{groups, size, outputs} : Shape{outputs, groups, size};
            s.scaleShape = s.inputsFirst ? Shape{groups, 1, outputs} : Shape{outputs, groups, 1};
        } else if (s.inputsFirst) {
            s.scaleShape = {outputs};
        } else {
            s.scaleShape.assign(s.weightShape.size(), 1);
            s.scaleShape[0] = outputs;
        }
    }

    const WeightMatrix& m_matrix;
    const Options& m_options;
    std::int64_t m_newest;
    bool m_products;
    WeightStorage m_storage;
};

} // namespace

std::uint64_t WeightStorage::weights() const {
    return std::uint64_t(elementCount(weightShape).value_or(0));
}

std::size_t WeightStorage::scaleCount() const {
    if (form == StorageForm::MatMulNBits)
        return std::size_t(weights()) / groupSize;
    return std::size_t(elementCount(scaleShape).value_or(1));
}

std::uint64_t WeightStorage::bytesAfter() const {
    const std::uint64_t count = weights(), scales = scaleCount();
    std::uint64_t bytes = packedBytes(scaleType, scales);
    if (form == StorageForm::MatMulNBits) {
        const std::uint64_t rows = scales / groups;
        bytes += (count * std::uint64_t(bits) + 7) / 8;
        return bytes + (zeros ? rows * ((groups * std::uint64_t(bits) + 7) / 8) : 0);
    }
    bytes += words() ? CodeWords(bits).words(count) * std::uint64_t(CodeWords(bits).wordBits) / 8
                     : packedBytes(codeType, count);
    if (zeros)
        bytes += form == StorageForm::Dequantize ? packedBytes(codeType, scales) : scales;
    return bytes + (codebook ? sizeof(float) << bits : 0);
}

GridOptions WeightStorage::gridOptions(const WeightBitsOptions& options) const {
    GridOptions grid;
    grid.bits = bits;
    grid.symmetric = !zeros;
    grid.codebook = codebook;
    grid.search = options.rounding != Options::Rounding::Nearest;
    grid.shared = shared;
    grid.groups = groups;
    grid.groupOf = groupOf;
    grid.scaleType = scaleType;
    return grid;
}

std::string WeightStorage::text() const {
    std::string text = std::to_string(bits) + " bits, " + (codebook ? "codebook, " : "") + "a scale per ";
    text += shared ? "layer" : groups > 1 ? "group of " + std::to_string(groupSize) : "channel";
    if (form == StorageForm::MatMulNBits)
        return text + ", MatMulNBits";
    if (form == StorageForm::Dequantize)
        return text + ", " + dataTypeName(codeType) + " behind DequantizeLinear";
    return text + (words() ? ", packed in " + std::to_string(CodeWords(bits).wordBits) + "-bit words"
                           : ", " + dataTypeName(codeType) + " with Cast and Mul");
}

WeightStorage chooseStorage(const WeightMatrix& matrix, int bits, const WeightBitsOptions& options,
                            std::int64_t newestOpset, bool products) {
    return StorageChooser(matrix, bits, options, newestOpset, products).choose();
}

} // namespace lapidary
