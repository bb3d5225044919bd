// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/variantsweep.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QRadioButton;
class QSpinBox;

namespace lapidary {

/// Asks for a pass, a parameter and its values, and shows the names of the variants that will be made. The other
/// parameters are those given.
class SweepDialog : public QDialog {
    Q_OBJECT

public:
    struct Setting {
        VariantId parent = 0;
        QString parentName;
        std::string pass; ///< shown at first, with `params`
        ParamSet params;
        std::vector<std::string> nodes;
        QString scope; ///< `nodes` in words
        bool hasData = false;
        std::string device; ///< for profiles
    };

    SweepDialog(const Engine& engine, Setting setting, QWidget* parent = nullptr);

    /// How the row is measured is left to the caller.
    SweepRequest sweep() const;

private:
    void build();
    void buildValues();
    void showPass();
    void showParameter();
    void refresh();
    const Pass* pass() const;
    const ParamSpec* parameter() const;
    Result<SweepParameter> values() const;

    const Engine& m_engine;
    Setting m_setting;
    QComboBox* m_pass;
    QComboBox* m_parameter;
    QRadioButton* m_range;
    QRadioButton* m_list;
    QDoubleSpinBox* m_from;
    QDoubleSpinBox* m_to;
    QSpinBox* m_count;
    QLineEdit* m_values;
    QCheckBox* m_evaluate;
    QCheckBox* m_profile;
    QListWidget* m_names;
    QLabel* m_problem;
    QDialogButtonBox* m_buttons;
};

} // namespace lapidary
