// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/parameditor.h"

#include "ui/forms/choiceeditors.h"
#include "ui/forms/nodenumberseditor.h"
#include "ui/forms/numbereditor.h"
#include "ui/forms/texteditors.h"

#include <QStyle>

namespace lapidary {

void ParamEditor::markRefused(QWidget* field, bool refused) {
    if (field->property("invalid").toBool() == refused) {
        return;
    }
    field->setProperty("invalid", refused);
    field->style()->unpolish(field);
    field->style()->polish(field);
}

ParamEditor* makeParamEditor(const ParamSpec& spec, QWidget* parent) {
    switch (spec.type) {
    case ParamType::Bool:
        return new BoolEditor(spec, parent);
    case ParamType::Integer:
    case ParamType::Number:
        return new NumberEditor(spec, parent);
    case ParamType::Choice:
        if (RadioEditor::suits(spec)) {
            return new RadioEditor(spec, parent);
        }
        return new ComboEditor(spec, parent);
    case ParamType::String:
        return new StringEditor(spec, parent);
    case ParamType::NumberList:
        return new NumberListEditor(spec, parent);
    case ParamType::NodeNumbers:
        return new NodeNumbersEditor(spec, parent);
    case ParamType::File:
        return new FileEditor(spec, parent);
    case ParamType::Dataset:
        return new DatasetEditor(spec, parent);
    }
    return new StringEditor(spec, parent);
}

} // namespace lapidary
