// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lapidary {

/// The brackets around every pseudo-translated text; no source string contains them.
inline constexpr QChar pseudoOpen(0x27e6);
inline constexpr QChar pseudoClose(0x27e7);

/// `source` in the pseudo-language: letters accented, about 30 % longer, in brackets. What a program reads stays as it
/// is: place markers (%1, %L1, %n), the letter of a mnemonic (&File), HTML tags and entities, and file patterns
/// (*.onnx). Empty text and text without any letter to accent (numbers, symbols, a lone place marker) come back
/// unchanged.
QString pseudoText(const QString& source);

} // namespace lapidary
