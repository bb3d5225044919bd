// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/forms/parameditor.h"

class QTableWidget;
class QToolButton;

namespace lapidary {

/// Numbers of their own for single layers: a table of layer and number, with buttons to add the layers selected in
/// the graph (<key>_add), one by name (<key>_pick), and to remove rows (<key>_remove). The table bears the key.
class NodeNumbersEditor : public ParamEditor {
    Q_OBJECT
public:
    NodeNumbersEditor(const ParamSpec& spec, QWidget* parent);

    /// An object of numbers; a text where a cell is no number.
    Json value() const override;
    void setValue(const Json& value) override;
    void setSurroundings(const ParamSurroundings& surroundings) override;
    void setRefused(bool refused) override;
    QString remark() const override;

    /// Adds rows for layers that have none yet, with a number between the limits to start from.
    void addNodes(const QStringList& names);

private:
    void insertRow(const QString& name, const Json& number);
    void pickByName();
    void removeSelectedRows();
    void updateButtons();
    bool hasRow(const QString& name) const;
    void fitHeight();

    ParamSpec m_spec;
    ParamSurroundings m_surroundings;
    QTableWidget* m_table;
    QToolButton* m_add;
    QToolButton* m_pick;
    QToolButton* m_remove;
};

} // namespace lapidary
