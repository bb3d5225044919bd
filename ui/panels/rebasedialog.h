// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"

#include <QDialog>

class QComboBox;
class QDialogButtonBox;
class QLabel;
class QTreeWidget;

namespace lapidary {

/// Asks which branch is to be made again on which variant, and lists the steps that this takes.
class RebaseDialog : public QDialog {
    Q_OBJECT

public:
    /// `current`: the variant on screen. If something grows from it that is the branch, else what it may be put onto.
    RebaseDialog(const std::vector<VariantSummary>& variants, VariantId current, QWidget* parent = nullptr);

    VariantId branch() const;
    VariantId onto() const;

private:
    void build();
    void fill(VariantId current);
    void refresh();

    std::vector<VariantRecord> m_records; ///< by id
    QComboBox* m_branch;
    QComboBox* m_onto;
    QTreeWidget* m_steps;
    QLabel* m_text;
    QDialogButtonBox* m_buttons;
};

} // namespace lapidary
