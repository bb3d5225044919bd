// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/forms/parameditor.h"

class QButtonGroup;
class QCheckBox;
class QComboBox;

namespace lapidary {

/// Yes or no: a check box that carries the parameter's name.
class BoolEditor : public ParamEditor {
    Q_OBJECT
public:
    BoolEditor(const ParamSpec& spec, QWidget* parent);

    Json value() const override;
    void setValue(const Json& value) override;
    void setRefused(bool) override {}
    bool showsLabel() const override { return true; }

private:
    QCheckBox* m_box;
};

/// One of many: a combo box whose items explain themselves in tool tips.
class ComboEditor : public ParamEditor {
    Q_OBJECT
public:
    ComboEditor(const ParamSpec& spec, QWidget* parent);

    Json value() const override;
    void setValue(const Json& value) override;
    void setRefused(bool refused) override;

private:
    QComboBox* m_combo;
};

/// One of two or three with short names: radio buttons side by side. The button of an option is named
/// <key>_<option>; the editor itself bears the key.
class RadioEditor : public ParamEditor {
    Q_OBJECT
public:
    RadioEditor(const ParamSpec& spec, QWidget* parent);

    static bool suits(const ParamSpec& spec);

    Json value() const override;
    void setValue(const Json& value) override;
    void setRefused(bool) override {}

private:
    QButtonGroup* m_group;
    std::vector<std::string> m_keys;
};

} // namespace lapidary
