// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/workspace.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QListWidget;
class QPushButton;
class QToolButton;

namespace lapidary {

class ParamForm;
class BeforeAfterStrip;

/// Choose a pass, set its parameters in the form its schema makes, see at once what it would do, apply it. The scope is the
/// shared selection of nodes.
class PassPanel : public QWidget {
    Q_OBJECT

public:
    explicit PassPanel(Workspace& workspace, QWidget* parent = nullptr);
    ~PassPanel() override;

    void setPass(const QString& id);
    QString pass() const;
    ParamForm* form() { return m_form; }

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
