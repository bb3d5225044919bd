// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QWidget;

namespace lapidary {

/// Keeps the wheel from changing an editor the user only scrolls past: until the editor has the focus, the wheel
/// belongs to the scroll area around it.
class WheelGuard : public QObject {
    Q_OBJECT
public:
    /// Guards `editor`, which owns the guard.
    static void guard(QWidget* editor);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    using QObject::QObject;
};

} // namespace lapidary
