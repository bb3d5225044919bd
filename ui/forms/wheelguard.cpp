// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/wheelguard.h"

#include <QEvent>
#include <QWidget>

namespace lapidary {

void WheelGuard::guard(QWidget* editor) {
    editor->setFocusPolicy(Qt::StrongFocus); // Qt's wheel focus would take the focus by scrolling
    editor->installEventFilter(new WheelGuard(editor));
}

bool WheelGuard::eventFilter(QObject* watched, QEvent* event) {
    const auto* widget = qobject_cast<QWidget*>(watched);
    if (event->type() == QEvent::Wheel && widget && !widget->hasFocus()) {
        event->ignore();
        return true;
    }
    return QObject::eventFilter(watched, event);
}

} // namespace lapidary
