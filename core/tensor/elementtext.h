// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tensor/elementreader.h"

namespace lapidary {

/// One element for people and JSON: shortest decimal text that reads back as the same number, "true", "nan", "-inf",
/// the text of a string tensor, "1+2i". "?" for types that cannot be read. Precondition: the element exists.
std::string elementText(const Tensor& tensor, std::uint64_t index);
/// A real number as elementText() writes it; `single`: with the digits a float32 needs.
std::string realText(double value, bool single);
/// Position of an element along each axis: "[3, 0, 1, 2]".
std::string indexText(const Shape& shape, std::uint64_t index);

} // namespace lapidary
