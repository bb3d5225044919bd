// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/forms/parameditor.h"

class QComboBox;
class QLineEdit;

namespace lapidary {

/// One line of text.
class StringEditor : public ParamEditor {
    Q_OBJECT
public:
    StringEditor(const ParamSpec& spec, QWidget* parent);

    Json value() const override;
    void setValue(const Json& value) override;
    void setRefused(bool refused) override;

protected:
    QLineEdit* m_line;
};

/// Numbers in one line, parted by spaces, commas or semicolons; decimal points only, whatever the locale.
class NumberListEditor : public StringEditor {
    Q_OBJECT
public:
    NumberListEditor(const ParamSpec& spec, QWidget* parent);

    /// An array, or the text when a part of it is no number.
    Json value() const override;
    void setValue(const Json& value) override;

private:
    Json m_value;
    QString m_text;
};

/// A path: typed, or chosen in a dialog (the button <key>_browse).
class FileEditor : public StringEditor {
    Q_OBJECT
public:
    FileEditor(const ParamSpec& spec, QWidget* parent);

    QString remark() const override;
};

/// A dataset: one the project knows, a path typed, or a file chosen in a dialog (the button <key>_browse).
class DatasetEditor : public ParamEditor {
    Q_OBJECT
public:
    DatasetEditor(const ParamSpec& spec, QWidget* parent);

    Json value() const override;
    void setValue(const Json& value) override;
    void setSurroundings(const ParamSurroundings& surroundings) override;
    QString remark() const override;
    void setRefused(bool refused) override;

private:
    QComboBox* m_combo;
};

} // namespace lapidary
