// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/paramschema.h"

#include <QStringList>
#include <QVector>
#include <QWidget>

namespace lapidary {

/// A dataset a form can offer.
struct DatasetChoice {
    QString reference; ///< what goes into the parameter: an id or a path
    QString label;     ///< what the user reads
};

/// What editors may offer apart from their schema.
struct ParamSurroundings {
    QStringList nodeNames;     ///< layers a table may hold
    QStringList selectedNodes; ///< layers selected in the graph
    QVector<DatasetChoice> datasets;
};

/// The editor of one parameter. Holds whatever the user left in it, also what is not allowed; the row asks the schema.
///
/// The widget a hand works with carries the parameter's key as its object name.
class ParamEditor : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    virtual Json value() const = 0;
    /// Shows a value of the right type. No signal.
    virtual void setValue(const Json& value) = 0;
    /// Takes note of what may be chosen now.
    virtual void setSurroundings(const ParamSurroundings&) {}
    /// Something worth saying about an allowed value ("no such file"); empty if there is nothing.
    virtual QString remark() const { return {}; }
    /// Marks the field as refused or not.
    virtual void setRefused(bool refused) = 0;
    /// True when the editor shows the parameter's name itself, as a check box does.
    virtual bool showsLabel() const { return false; }

Q_SIGNALS:
    /// The user changed something.
    void edited();

protected:
    /// Sets the property the style sheet colours refused fields by.
    static void markRefused(QWidget* field, bool refused);
};

/// The editor that fits a parameter's type.
ParamEditor* makeParamEditor(const ParamSpec& spec, QWidget* parent);

} // namespace lapidary
