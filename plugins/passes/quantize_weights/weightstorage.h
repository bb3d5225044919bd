// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/roundinggrid.h"
#include "analysis/weightmatrix.h"
#include "weightbitsoptions.h"

namespace lapidary {

/// How codes become a weight again.
enum class StorageForm {
    Dequantize, ///< integers of 4 or 8 bits behind DequantizeLinear
    Packed,     ///< integers or packed words, Cast, Mul and what else it takes
    MatMulNBits ///< inside ONNX Runtime's own operator
};

/// How one layer's weight lies in the file. Codes stand in the order of the weight's elements, except for MatMulNBits.
struct WeightStorage {
    StorageForm form = StorageForm::Packed;
    int bits = 8;
    bool codebook = false, zeros = false; ///< zero points of their own
    DataType weightType = DataType::Float;
    Shape weightShape;
    std::size_t groups = 1, groupSize = 0; ///< of the columns of a row
    std::vector<std::uint32_t> groupOf;    ///< by column, if there are several
    bool shared = false;                   ///< one scale for all
    bool inputsFirst = false;              ///< scales stand by group, then by output
    Shape view;                            ///< the codes' shape when they meet their scales
    Shape scaleShape;                      ///< broadcasts against the view
    DataType scaleType = DataType::Float;
    /// Integers of 4 or 8 bits, or the type of the words.
    DataType codeType = DataType::Int8;
    int axis = -1; ///< of DequantizeLinear's scales
    std::int64_t neededOpset = 7;

    bool words() const {
        return form == StorageForm::Packed &&
               (codeType == DataType::UInt64 || (codeType == DataType::UInt8 && bits < 8));
    }
    std::size_t scaleCount() const;
    std::uint64_t weights() const;
    std::uint64_t bytesBefore() const { return packedBytes(weightType, weights()); }
    /// Codes, scales, zero points and levels.
    std::uint64_t bytesAfter() const;
    GridOptions gridOptions(const WeightBitsOptions& options) const;
    std::string text() const; ///< "4 bits, a scale per channel, int4 behind DequantizeLinear"
};

/// The form for a layer of so many bits. `newestOpset`: as far as the model's opset can be raised. `products`: every
/// user of the weight is a plain product that MatMulNBits can stand for.
WeightStorage chooseStorage(const WeightMatrix& matrix, int bits, const WeightBitsOptions& options,
                            std::int64_t newestOpset, bool products);

} // namespace lapidary
