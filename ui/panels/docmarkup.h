// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lapidary {

/// The Markdown-like texts of operator definitions as rich text: paragraphs, lists, `code`, fenced and indented code,
/// **bold**, [words](address) and bare addresses as links; links into ONNX's own source tree become plain words, "<br>"
/// a new line. Everything else is escaped. Never fails.
QString docMarkup(const QString& text);
/// The same for a text that stands inside a line.
QString docMarkupInline(const QString& text);

} // namespace lapidary
