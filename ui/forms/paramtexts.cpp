// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/paramtexts.h"

#include "ui/forms/numberspin.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace lapidary {
namespace {

struct ParamTexts {
    Q_DECLARE_TR_FUNCTIONS(lapidary::ParamTexts)
};

QString limitsText(const ParamSpec& spec) {
    const QString unit = spec.unit.empty() ? QString() : QChar(0x00a0) + QString::fromStdString(spec.unit);
    const auto number = [](double v) { return numberToText(Json(v)); };
    if (spec.minimum && spec.maximum) {
        return ParamTexts::tr("%1 to %2").arg(number(*spec.minimum), number(*spec.maximum) + unit);
    }
    if (spec.minimum) {
        return ParamTexts::tr("at least %1").arg(number(*spec.minimum) + unit);
    }
    if (spec.maximum) {
        return ParamTexts::tr("at most %1").arg(number(*spec.maximum) + unit);
    }
    return {};
}

QString wrongTypeText(ParamType type) {
    switch (type) {
    case ParamType::Integer:
        return ParamTexts::tr("A whole number is needed.");
    case ParamType::Number:
        return ParamTexts::tr("A number is needed.");
    case ParamType::NumberList:
        return ParamTexts::tr("Numbers are needed, parted by spaces or commas.");
    case ParamType::NodeNumbers:
        return ParamTexts::tr("Each layer needs a number.");
    default:
        return ParamTexts::tr("This value does not fit.");
    }
}

} // namespace

QString schemaText(const std::string& text) {
    return text.empty() ? QString() : QCoreApplication::translate("lapidary::Schema", text.c_str());
}

QString paramLabel(const ParamSpec& spec) {
    const QString label = spec.label.empty() ? QString::fromStdString(spec.key) : schemaText(spec.label);
    return spec.unit.empty() ? label : ParamTexts::tr("%1 (%2)", "quantity (unit)").arg(label, schemaText(spec.unit));
}

QString optionLabel(const ParamSpec::Option& option) {
    return option.label.empty() ? QString::fromStdString(option.key) : schemaText(option.label);
}

QString displayParam(const ParamSpec& spec, const Json& value) {
    switch (spec.type) {
    case ParamType::Bool:
        return value.toBool() ? ParamTexts::tr("on") : ParamTexts::tr("off");
    case ParamType::Integer:
    case ParamType::Number:
        return numberToText(value);
    case ParamType::Choice: {
        const auto at = std::find_if(spec.options.begin(), spec.options.end(),
                                     [&](const ParamSpec::Option& option) { return option.key == value.toString(); });
        return at == spec.options.end() ? QString::fromStdString(value.toString()) : optionLabel(*at);
    }
    case ParamType::NumberList: {
        QStringList parts;
        for (const Json& number : value.array()) {
            parts << QString::number(number.toDouble(), 'g', 9);
        }
        return parts.isEmpty() ? ParamTexts::tr("empty") : parts.join(QLatin1Char(' '));
    }
    case ParamType::NodeNumbers:
        return value.object().empty() ? ParamTexts::tr("empty")
                                      : ParamTexts::tr("%1 layers").arg(value.object().size());
    case ParamType::String:
    case ParamType::File:
    case ParamType::Dataset:
        break;
    }
    const QString text = QString::fromStdString(value.toString());
    return text.isEmpty() ? ParamTexts::tr("empty") : text;
}

QString paramToolTip(const ParamSpec& spec) {
    QString html = QStringLiteral("<p>%1</p>").arg(schemaText(spec.help).toHtmlEscaped());
    QStringList facts;
    if (const QString limits = limitsText(spec); !limits.isEmpty()) {
        facts << ParamTexts::tr("Allowed: %1").arg(limits.toHtmlEscaped());
    }
    facts << ParamTexts::tr("Default: %1").arg(displayParam(spec, spec.defaultValue).toHtmlEscaped());
    return html + QStringLiteral("<p>%1</p>").arg(facts.join(QStringLiteral("<br>")));
}

QString refusalText(const ParamSpec& spec, const Diagnostic& reason, const Json& value) {
    const bool blank = value.isString() && value.toString().find_first_not_of(" \t") == std::string::npos;
    const bool numeric = spec.type == ParamType::Integer || spec.type == ParamType::Number;
    QString text;
    if (reason.code == "param.range") {
        text = ParamTexts::tr("Allowed: %1.").arg(limitsText(spec));
    } else if (reason.code == "param.type") {
        text = numeric && blank ? ParamTexts::tr("A number is missing.") : wrongTypeText(spec.type);
    } else if (reason.code == "param.choice") {
        text = ParamTexts::tr("Choose one of the options.");
    } else {
        text = QString::fromStdString(reason.message);
    }
    if (!reason.place.node.empty()) {
        text = ParamTexts::tr("%1: %2", "layer: what is wrong").arg(QString::fromStdString(reason.place.node), text);
    }
    return text;
}

} // namespace lapidary
