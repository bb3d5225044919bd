// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "ui/forms/sliderscale.h"

#include <QAbstractSpinBox>

namespace lapidary {

/// A number that can be typed or stepped. Unlike Qt's spin boxes it neither rounds what it is given nor silently
/// changes what the user types: text that is no number, or one outside the limits, stays as it is and is reported, so
/// that the form can say why it is refused.
class NumberSpin : public QAbstractSpinBox {
    Q_OBJECT
public:
    explicit NumberSpin(const ParamSpec& spec, QWidget* parent = nullptr);

    /// A number (an integer where one is meant and typed), or the text as a string when it is no number.
    Json value() const;
    /// Shows a number. No signal.
    void setValue(const Json& value);

    void stepBy(int steps) override;
    QValidator::State validate(QString&, int&) const override { return QValidator::Acceptable; }
    QSize sizeHint() const override;

Q_SIGNALS:
    /// After the user typed or stepped.
    void edited();

protected:
    StepEnabled stepEnabled() const override;

private:
    SliderScale m_scale;
    bool m_integral;
    Json m_value;   ///< what is shown, with all its digits
    QString m_text; ///< how m_value was shown; while it stands, m_value is the value
};

/// Reads a number as people type it: with the locale's or a plain decimal point. Null when it is none.
Json numberFromText(const QString& text, bool integral);

/// A number for an editor: up to nine significant digits.
QString numberToText(const Json& value);

} // namespace lapidary
