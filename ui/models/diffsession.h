// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/layercomparison.h"
#include "engine/variantrecipe.h"
#include "ui/models/diffpicturedecor.h"
#include "ui/models/workspace.h"

#include <QPointer>

#include <array>

namespace lapidary {

/// One side of a comparison: a variant of the project, or a file from disk.
struct CompareSide {
    VariantId variant = 0;
    QString file;
    bool isValid() const { return variant > 0 || !file.isEmpty(); }
    bool operator==(const CompareSide&) const = default;
};

/// Everything the views of a comparison show. Immutable.
struct ComparisonData {
    ComparedModelsPtr models;
    DiffPicture picture; ///< both as one
    GraphPicture pictureA, pictureB;
    std::optional<Profile> profileA, profileB;
    std::array<DiffValues, 6> values; ///< by DiffMetric
    std::vector<LayerDelta> layers;   ///< with times where there are any, without errors of outputs
    std::optional<VariantRecipeDiff> recipes; ///< of two variants
};
using ComparisonDataPtr = std::shared_ptr<const ComparisonData>;

/// Two models being compared, with the difference the views stand at. Structure comes first, outputs follow; the last
/// start() wins. UI thread.
class DiffSession : public QObject {
    Q_OBJECT

public:
    explicit DiffSession(Workspace& workspace, QObject* parent = nullptr);
    ~DiffSession() override;

    void start(const CompareSide& a, const CompareSide& b);
    /// Stops what runs; what is there stays.
    void cancel();
    void clear();
    bool isBusy() const { return m_structure || m_outputs; }
    ComparisonDataPtr data() const { return m_data; } ///< null until the structure is there
    /// What start() was given last.
    const CompareSide& sideA() const { return m_sideA; }
    const CompareSide& sideB() const { return m_sideB; }

    /// Entries of GraphDiff::nodes that differ; nodes attached to others come after the first of their run only.
    const std::vector<int>& stops() const { return m_stops; }
    int current() const { return m_current; } ///< entry of GraphDiff::nodes; -1: none
    void setCurrent(int entry);
    /// To the next (1) or previous (-1) stop, round the end.
    void step(int by);

Q_SIGNALS:
    void started();
    void changed(); ///< data() is another
    void outputsKnown(const lapidary::ModelComparison& comparison);
    void failed(const lapidary::Diagnostic& problem);
    void ended(); ///< nothing runs any more
    void currentChanged(int entry);

private:
    void startOutputs();
    void findStops();

    Workspace& m_workspace;
    CompareSide m_sideA, m_sideB;
    ComparisonDataPtr m_data;
    QPointer<Job> m_structure, m_outputs;
    std::vector<int> m_stops;
    int m_current = -1;
};

} // namespace lapidary
