// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/numberspin.h"

#include <QLineEdit>
#include <QLocale>

#include <cmath>

namespace lapidary {

Json numberFromText(const QString& text, bool integral) {
    const QString trimmed = text.trimmed();
    QLocale locale;
    locale.setNumberOptions(QLocale::RejectGroupSeparator);
    bool ok = false;
    if (integral) {
        const qlonglong whole = trimmed.toLongLong(&ok);
        if (ok) {
            return Json(std::int64_t(whole));
        }
    }
    // The plain point first: it means the same everywhere, and a locale may take it for a group separator.
    double number = QLocale::c().toDouble(trimmed, &ok);
    if (!ok || trimmed.contains(QLatin1Char(','))) {
        number = locale.toDouble(trimmed, &ok);
    }
    if (!ok || !std::isfinite(number)) {
        return Json();
    }
    if (integral && std::abs(number) < 9e15 && std::nearbyint(number) == number) {
        return Json(std::int64_t(number));
    }
    return Json(number);
}

QString numberToText(const Json& value) {
    if (value.isInteger()) {
        return QString::number(value.toInteger());
    }
    QLocale locale;
    locale.setNumberOptions(QLocale::OmitGroupSeparator);
    return value.isNumber() ? locale.toString(value.toDouble(), 'g', 9) : QString::fromStdString(value.toString());
}

NumberSpin::NumberSpin(const ParamSpec& spec, QWidget* parent)
    : QAbstractSpinBox(parent), m_scale(spec), m_integral(spec.type == ParamType::Integer) {
    setFocusPolicy(Qt::StrongFocus);
    setKeyboardTracking(true);
    connect(lineEdit(), &QLineEdit::textEdited, this, &NumberSpin::edited);
}

Json NumberSpin::value() const {
    const QString text = lineEdit()->text();
    if (text == m_text) {
        return m_value;
    }
    const Json number = numberFromText(text, m_integral);
    return number.isNull() ? Json(text.toStdString()) : number;
}

void NumberSpin::setValue(const Json& value) {
    m_value = value;
    m_text = numberToText(value);
    lineEdit()->setText(m_text);
}

void NumberSpin::stepBy(int steps) {
    const Json now = value();
    const double next = m_scale.stepped(now.isNumber() ? now.toDouble() : 0.0, steps);
    setValue(m_integral ? Json(std::int64_t(std::llround(next))) : Json(next));
    selectAll();
    Q_EMIT edited();
}

QAbstractSpinBox::StepEnabled NumberSpin::stepEnabled() const {
    return isReadOnly() ? StepNone : (StepUpEnabled | StepDownEnabled);
}

QSize NumberSpin::sizeHint() const {
    QSize size = QAbstractSpinBox::sizeHint();
    size.setWidth(fontMetrics().horizontalAdvance(QStringLiteral("0.000000")) + 44);
    return size;
}

} // namespace lapidary
