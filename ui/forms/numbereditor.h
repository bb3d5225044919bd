// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/forms/numberspin.h"
#include "ui/forms/parameditor.h"

class QSlider;

namespace lapidary {

/// A number or an integer: a spin box, and a slider before it when both limits are known.
class NumberEditor : public ParamEditor {
    Q_OBJECT
public:
    NumberEditor(const ParamSpec& spec, QWidget* parent);

    Json value() const override { return m_spin->value(); }
    void setValue(const Json& value) override;
    void setRefused(bool refused) override { markRefused(m_spin, refused); }

private:
    void moveSlider();

    SliderScale m_scale;
    bool m_integral;
    NumberSpin* m_spin;
    QSlider* m_slider = nullptr; ///< absent without limits
};

} // namespace lapidary
