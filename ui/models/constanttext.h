// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/node.h"
#include "onnx/operatordoc.h"
#include "tensor/tensor.h"

#include <map>
#include <string>
#include <string_view>

namespace lapidary {

/// Whether an input or attribute of this name holds positions along an axis, in which a number beyond any extent stands
/// for an open end: `starts` and `ends` of Slice.
bool areSliceBounds(const Node& node, std::string_view name);
/// "end" and "start" for bounds that 32 bits cannot hold or just hold, otherwise the number.
std::string sliceBoundText(std::int64_t bound);

/// The values of a small constant: "0.5", "[1, -1, 512]"; a longer list of whole numbers cut short, with its shape:
/// "64: [0, 1, 2, …]". Whole numbers are exact, real ones have four digits; `bounds`: see sliceBoundText(). Empty where
/// the shape says more than values would: matrices, long lists of real numbers, data that is not there.
std::string constantText(const Tensor& tensor, bool bounds = false);
/// One element as constantText() writes it. Precondition: checkElements(tensor), and the element exists.
std::string constantElementText(const Tensor& tensor, std::uint64_t index, bool bounds);

/// What operators call their inputs: "starts", "min"; remembers what it was asked. For one thread.
class InputNames {
public:
    /// Empty for an operator that the ONNX library does not know. Valid as long as this object.
    const std::string& of(const Node& node, std::size_t input, std::int64_t opset);

private:
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> m_known; ///< by domain and operator
};

} // namespace lapidary
