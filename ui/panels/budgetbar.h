// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/sensitivitybudget.h"
#include "ui/models/sensitivityscan.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;

namespace lapidary {

class BudgetSlider;

/// How many times smaller the whole network is to become: dragging solves anew, at once, which layers give how much.
/// With a sensitivity analysis by its measured losses, written as a share for every layer; without one by the pass's
/// own estimate, as a target. Either way the form holds what is shown, and applying uses exactly that. UI thread.
class BudgetBar : public QWidget {
    Q_OBJECT

public:
    BudgetBar(Workspace& workspace, SensitivityScan& scan, QWidget* parent = nullptr);

    /// Another pass, whose form shows `params`: lets go of the budget, without a signal.
    void setPass(const std::string& id, const ParamSchema& schema, const ParamSet& params);
    /// The user changed the form. What is not about shares is taken over, a share of the user's own ends the budget.
    void formEdited(const ParamSet& params);
    /// The form took what paramsWanted() asked for, in its own writing.
    void formTook(const ParamSet& params);

    bool isActive() const { return m_active; }
    const ParamSet& withoutBudget() const { return m_base; } ///< what the form goes back to
    /// Measured losses decide, not the pass's estimate.
    bool isMeasured() const { return measured() != nullptr; }
    double factor() const;
    void setFactor(double factor); ///< as the user's own action
    bool isSearching() const { return m_search.running(); }

Q_SIGNALS:
    /// The form is to show these, and the preview at once.
    void paramsWanted(const lapidary::ParamSet& params);
    void analysisWanted();

protected:
    void changeEvent(QEvent* event) override;

private:
    void makeRows();
    void refresh();
    void refreshBudget();
    void refreshCaption();
    void apply();
    void letGo(bool restore);
    void previewArrived();
    MeasuredSensitivityPtr measured() const;
    BudgetMeasure measure() const;
    double wholeMs() const;
    LatencyForecast forecast(const PassPreview& preview) const;
    double exactCount(const PassPreview& preview) const;
    QString whyNot() const;
    QString resultText(const PassPreview& preview) const;
    ParamSet targetParams() const;

    Workspace& m_workspace;
    SensitivityScan& m_scan;
    BudgetSlider* m_slider;
    QDoubleSpinBox* m_factor;
    QComboBox* m_measure;
    QLabel* m_caption;
    QPushButton* m_analyse;

    std::string m_pass;
    std::optional<PassRatios> m_ratios;
    ParamSet m_base; ///< of the form without the budget
    ParamSet m_sent; ///< what the form shows with it
    bool m_active = false;
    bool m_setting = false;
    std::shared_ptr<const SensitivityBudget> m_budget;
    MeasuredSensitivityPtr m_budgetOf; ///< what m_budget was made from
    BudgetMeasure m_budgetMeasure = BudgetMeasure::Macs;
    std::shared_ptr<const std::vector<double>> m_budgetMs;
    BudgetSearch m_search;
};

} // namespace lapidary
