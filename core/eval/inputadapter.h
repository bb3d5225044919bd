// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"
#include "runtime/session.h"

namespace lapidary {

/// Turns a dataset's batches into what a model's input wants: batch size, element type, rank.
class InputAdapter {
public:
    /// Fails with "eval.input" when the dataset's samples cannot be the model's input; says both shapes.
    static Result<InputAdapter> make(const InferenceSession& session, const Dataset& data);
    /// As above for some of a model's inputs; the others are fed from elsewhere.
    static Result<InputAdapter> make(const std::vector<PortInfo>& inputs, const Dataset& data);

    /// Rows the model takes at a time; 0: any number.
    std::size_t fixedRows() const { return m_fixedRows; }
    /// Rows [first, first + rows) of `input` (N x sample, float) as one model input. When the model's batch is fixed
    /// and larger, the last row is repeated.
    Result<TensorPtr> rows(const Tensor& input, std::size_t first, std::size_t rows) const;

private:
    PortInfo m_port;
    Shape m_sample; ///< as the model wants it, without batch axis
    std::size_t m_fixedRows = 0;
    bool m_batchAxis = true;
};

} // namespace lapidary
