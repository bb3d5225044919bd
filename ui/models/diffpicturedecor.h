// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/diffpicture.h"
#include "ui/models/nodefacts.h"

#include <QCoreApplication>

namespace lapidary {

/// What a comparison can show per node as B against A.
enum class DiffMetric { None, Macs, Parameters, Bytes, Time, Sparsity };

/// One metric of every node of the comparison, in the order of GraphDiff::nodes; absent where unknown or zero.
struct DiffValues {
    std::vector<std::optional<double>> a, b;
    /// B minus A; a missing side counts as zero if the other is there. Nothing if both are absent.
    std::optional<double> difference(std::size_t i) const;
};

/// Reads weights for sparsity: meant for a job. Profiles may be null; times are only compared if both come from one
/// device with as many threads and one batch.
DiffValues diffValues(const ComparedModels& models, DiffMetric metric, const Profile* a, const Profile* b);
/// Why there are no times; empty if there are.
QString whyNoTimes(const Profile* a, const Profile* b);

class DiffTexts {
    Q_DECLARE_TR_FUNCTIONS(lapidary::DiffTexts)

public:
    static QString metricName(DiffMetric metric);
    static QString valueText(DiffMetric metric, double value);
    static QString deltaText(DiffMetric metric, double delta);                     ///< "−1.2 M"
    static QString kindText(const NodeDiff& node);                                 ///< "Added", "Narrowed, retyped"
    static QString signOf(DiffKind kind);                                          ///< + − ± or nothing
    static QString changeText(const NodeDiff& node, const ComparedModels& models); ///< what changed, in one line
    static QString matchText(const NodeDiff& node);                                ///< "matched by name, 98 %"
};

/// Marks, widths before and after, badges, the key, and the metric's differences as colours.
GraphDecor buildDiffDecor(const DiffPicture& picture, const ComparedModels& models, DiffMetric metric,
                          const DiffValues& values);

/// The same marks for one side alone: ids are the picture ids of that model.
GraphDecor buildSideDecor(const ComparedModels& models, bool sideB, DiffMetric metric, const DiffValues& values);

} // namespace lapidary
