// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/diffsession.h"

#include <QWidget>

class QLabel;
class QTreeWidget;

namespace lapidary {

/// What was done to get A and what to get B, step by step.
class RecipeDiffPage : public QWidget {
    Q_OBJECT

public:
    explicit RecipeDiffPage(DiffSession& session, QWidget* parent = nullptr);

private:
    void showData();
    void addStep(const StepDiff& step, const VariantRecipeDiff& recipes);

    DiffSession& m_session;
    QLabel* m_caption;
    QTreeWidget* m_steps;
};

} // namespace lapidary
