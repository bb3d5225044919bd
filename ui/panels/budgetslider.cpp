// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/budgetslider.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QStyle>
#include <QStyleOptionSlider>

namespace lapidary {

BudgetSlider::BudgetSlider(QWidget* parent) : QSlider(Qt::Horizontal, parent) {}

void BudgetSlider::setMark(std::optional<int> value) {
    if (m_mark == value)
        return;
    m_mark = value;
    update();
}

QSize BudgetSlider::sizeHint() const {
    return QSlider::sizeHint() + QSize(0, 2 * Theme::unit); // the mark stands above and below the groove
}

void BudgetSlider::paintEvent(QPaintEvent* event) {
    QSlider::paintEvent(event);
    if (!m_mark || *m_mark < minimum() || *m_mark > maximum())
        return;
    QStyleOptionSlider option;
    initStyleOption(&option);
    const int handle = style()->pixelMetric(QStyle::PM_SliderLength, &option, this);
    const int room = width() - handle;
    const int x = handle / 2 + QStyle::sliderPositionFromValue(minimum(), maximum(), *m_mark, room, option.upsideDown);
    const auto theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(isEnabled() ? theme.warning : theme.disabled);
    const double bottom = height() - 0.5;
    painter.drawPolygon(QPolygonF{{x + 0.5, bottom - 5.0}, {x - 4.0, bottom}, {x + 5.0, bottom}});
}

} // namespace lapidary
