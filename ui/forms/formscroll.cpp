// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/formscroll.h"

#include <QEvent>
#include <QScrollBar>

namespace lapidary {

FormScroll::FormScroll(QWidget* form, QWidget* parent) : QScrollArea(parent) {
    setWidget(form);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

QSize FormScroll::minimumSizeHint() const {
    const int form = widget() ? widget()->minimumSizeHint().width() : 0;
    return {form + verticalScrollBar()->sizeHint().width(), QScrollArea::minimumSizeHint().height()};
}

bool FormScroll::eventFilter(QObject* watched, QEvent* event) {
    if (watched == widget() && event->type() == QEvent::LayoutRequest)
        updateGeometry();
    return QScrollArea::eventFilter(watched, event);
}

} // namespace lapidary
