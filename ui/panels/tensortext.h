// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/tensorfacts.h"
#include "ui/theme/theme.h"

#include <QCoreApplication>

namespace lapidary {

/// What the tensor panel says in words. Translated.
class TensorText {
    Q_DECLARE_TR_FUNCTIONS(lapidary::TensorText)

public:
    static QString title(const InspectedTensor& tensor); ///< "W · conv1.weight"
    /// Type, size, spread, oddities, as HTML; `facts` null: only what needs no reading.
    static QString numbers(const InspectedTensor& tensor, const TensorFacts* facts, bool dequantized,
                           const Theme& theme);
    /// Where an element stands: "output channel 3, input channel 0, [1, 2]".
    static QString place(const InspectedTensor& tensor, std::uint64_t element);
    static QString channel(const QString& axis, int index, const ChannelStatistics& channel);
};

} // namespace lapidary
