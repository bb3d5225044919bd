// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/numbereditor.h"

#include "ui/forms/paramtexts.h"
#include "ui/forms/wheelguard.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QSlider>

#include <cmath>

namespace lapidary {

NumberEditor::NumberEditor(const ParamSpec& spec, QWidget* parent)
    : ParamEditor(parent), m_scale(spec), m_integral(spec.type == ParamType::Integer) {
    const QString key = QString::fromStdString(spec.key);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::spacing);
    m_spin = new NumberSpin(spec, this);
    m_spin->setObjectName(key);
    m_spin->setAccessibleName(paramLabel(spec));
    WheelGuard::guard(m_spin);
    if (m_scale.valid()) {
        m_slider = new QSlider(Qt::Horizontal, this);
        m_slider->setObjectName(key + QStringLiteral("_slider"));
        m_slider->setAccessibleName(paramLabel(spec));
        m_slider->setRange(0, m_scale.notches());
        m_slider->setPageStep(std::max(1, m_scale.notches() / 10));
        m_slider->setMinimumWidth(60);
        WheelGuard::guard(m_slider);
        layout->addWidget(m_slider, 1);
        connect(m_slider, &QSlider::valueChanged, this, [this](int notch) {
            const double number = m_scale.valueAt(notch);
            m_spin->setValue(m_integral ? Json(std::int64_t(std::llround(number))) : Json(number));
            Q_EMIT edited();
        });
    }
    layout->addWidget(m_spin, m_slider ? 0 : 1);
    connect(m_spin, &NumberSpin::edited, this, [this] {
        moveSlider();
        Q_EMIT edited();
    });
}

void NumberEditor::moveSlider() {
    const Json number = m_spin->value();
    if (m_slider && number.isNumber()) {
        const QSignalBlocker quiet(m_slider); // the number stays as it was typed
        m_slider->setValue(m_scale.notchOf(number.toDouble()));
    }
}

void NumberEditor::setValue(const Json& value) {
    m_spin->setValue(value);
    moveSlider();
}

} // namespace lapidary
