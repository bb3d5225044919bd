// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>

#include <string_view>

namespace lapidary {

/// A sentence about operators that the ONNX library on this computer has no definition of: newer ones, and ONNX
/// Runtime's own. Translated; empty if we have none either.
class OperatorNotes {
    Q_DECLARE_TR_FUNCTIONS(lapidary::OperatorNotes)

public:
    static QString of(std::string_view opType, std::string_view domain);
};

} // namespace lapidary
