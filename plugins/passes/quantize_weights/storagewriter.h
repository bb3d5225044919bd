// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "codepacking.h"
#include "graph/grapheditor.h"
#include "weightstorage.h"

#include <map>

namespace lapidary {

/// The codes of one layer and what they stand for.
struct LayerCodes {
    std::vector<std::int16_t> codes; ///< [output][column]
    RoundingGrid grid;
};

/// Writes layers as codes. The weight keeps its id and name: what was an initializer is now made by operators, or, for
/// MatMulNBits, gone with the product that read it. Constants that layers can share are made once.
class StorageWriter {
public:
    explicit StorageWriter(GraphEditor& editor) : m_editor(editor) {}

    /// Null `codes`: tensors have types and shapes but no data, for counting.
    Status store(const WeightMatrix& matrix, const WeightStorage& storage, const LayerCodes* codes);

private:
    struct Constants {
        TensorPtr codes, scales, zeros; ///< null zeros: none
    };

    Result<Constants> constantsOf(const WeightMatrix& matrix, const WeightStorage& storage, const LayerCodes* codes);
    void dequantize(ValueId weight, const WeightStorage& storage, const Constants& constants);
    void unpack(ValueId weight, const WeightStorage& storage, const Constants& constants, const LayerCodes* codes);
    ValueId takeApart(const std::string& name, const WeightStorage& storage, ValueId words, DataType type);
    void multiply(const WeightMatrix& matrix, const WeightStorage& storage, const Constants& constants,
                  const std::string& name);
    void releaseConstant(ValueId weight);

    ValueId addNode(std::string op, std::vector<ValueId> inputs, ValueId output, std::vector<Attribute> attributes = {},
                    std::string name = {});
    ValueId step(const std::string& name, std::string op, std::vector<ValueId> inputs,
                 std::vector<Attribute> attributes = {});
    ValueId integers(const std::string& name, std::vector<std::int64_t> values);
    ValueId shiftConstant(const CodeWords& words, bool top);
    ValueId number(float value);

    GraphEditor& m_editor;
    std::map<std::pair<int, bool>, ValueId> m_shifts;
    std::map<float, ValueId> m_numbers;
};

/// The constants of MatMulNBits for a product with a matrix of rows outputs: codes and zero points packed per output
/// and group, low nibble first.
TensorPtr productCodes(const WeightStorage& storage, std::size_t rows, const LayerCodes* codes);
TensorPtr productZeros(const WeightStorage& storage, std::size_t rows, const LayerCodes* codes);

} // namespace lapidary
