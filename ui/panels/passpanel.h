// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/sensitivityscan.h"
#include "ui/models/workspace.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QListWidget;
class QPushButton;
class QToolButton;

namespace lapidary {

class BeforeAfterStrip;
class BudgetBar;
class ParamForm;

/// Choose a pass, set its parameters in the form its schema makes, see at once what it would do, apply it. The scope is the
/// shared selection of nodes.
class PassPanel : public QWidget {
    Q_OBJECT

public:
    PassPanel(Workspace& workspace, SensitivityScan& scan, QWidget* parent = nullptr);
    ~PassPanel() override;

    void setPass(const QString& id);
    QString pass() const;
    ParamForm* form() { return m_form; }
    BudgetBar* budget() { return m_budget; }
    /// The shares of the pass shown; nothing if it has none.
    std::optional<PassRatios> ratios() const;
    /// The first pass that can be given a share of channels for single layers; empty without any.
    QString channelPass() const;

    /// Shows the share of one layer, as the user's own doing: the preview follows at once.
    void setLayerShare(const QString& layer, double share);
    /// Shows these values and asks for the preview at once.
    void showParams(const ParamSet& params);
    /// What to analyse: the pass and its scope as they are shown.
    SensitivityRequest sensitivityRequest() const;

Q_SIGNALS:
    void analysisWanted();
    void passChanged(); ///< pass()

protected:
    void showEvent(QShowEvent* event) override;

private:
    void fillPasses();
    void showPass();
    void showScope();
    void schedulePreview();
    void requestPreview();
    void showPreview();
    void showProblem(const QString& reason);
    void updateApply();
    RecipeStep step() const;

    Workspace& m_workspace;
    QComboBox* m_passes;
    QLabel* m_summary;
    QLabel* m_scope;
    QToolButton* m_dropQuery;
    BudgetBar* m_budget;
    ParamForm* m_form;
    BeforeAfterStrip* m_strip;
    QListWidget* m_fences;
    QLabel* m_problem;
    QPushButton* m_apply;
    QTimer m_debounce;
    std::map<QString, ParamSet> m_remembered; ///< what was set for passes not shown now
    QString m_shown;
};

} // namespace lapidary
