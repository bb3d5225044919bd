// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/paramschema.h"
#include "ui/forms/parameditor.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace lapidary {

/// One parameter in a form: its name, its editor, a dot with a reset button when it differs from the default, and
/// beneath, why the value is refused.
class ParamRow : public QWidget {
    Q_OBJECT
public:
    /// `schema` outlives the row and holds `spec`.
    ParamRow(const ParamSchema& schema, const ParamSpec& spec, QWidget* parent);

    const ParamSpec& spec() const { return m_spec; }
    ParamEditor& editor() { return *m_editor; }

    /// The last value the schema accepted, in canonical form.
    const Json& value() const { return m_value; }
    /// Precondition: the schema accepts it. No signal.
    void setValue(const Json& value);
    bool isValid() const { return m_refusal.isEmpty(); }
    QString refusal() const { return m_refusal; }
    bool differsFromDefault() const;

    /// Something a pass says about the value, shown like a refusal until the value changes; empty takes it back.
    void setProblem(const QString& text);
    void reset();

Q_SIGNALS:
    /// The user changed the value, whether it is accepted or not.
    void edited();

protected:
    void changeEvent(QEvent* event) override;

private:
    void describe();
    void check();
    void showState();
    void tint();

    const ParamSchema& m_schema;
    const ParamSpec& m_spec;
    ParamEditor* m_editor;
    QLabel* m_label = nullptr; ///< absent when the editor shows the name itself
    QLabel* m_dot;
    QToolButton* m_reset;
    QLabel* m_message;
    Json m_value;
    Json m_default; ///< in canonical form, so that it compares
    QString m_refusal;
    QString m_problem;
};

} // namespace lapidary
