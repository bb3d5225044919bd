// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/workspace.h"

#include <QWidget>

class QCheckBox;
class QLabel;

namespace lapidary {

/// The accuracy of the variant on screen against its source. While it is measured: the running estimate with its
/// interval, in the colour of estimates, growing sharper as samples go through.
class AccuracyStrip : public QWidget {
    Q_OBJECT

public:
    explicit AccuracyStrip(Workspace& workspace, QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;

private:
    void show();
    void showRunning(const EvaluationResult& running);
    void showMeasured(const VariantSummary& variant);
    const VariantSummary* sourceOf(const VariantSummary& variant) const;
    void paintAsEstimate(bool estimate);

    Workspace& m_workspace;
    QLabel* m_values;
    QLabel* m_change;
    QLabel* m_seen;
    QWidget* m_bar;
    QCheckBox* m_toggle;
    bool m_estimate = false;
};

} // namespace lapidary
