// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

namespace lapidary {

/// Scrolls a form up and down and never sideways: it asks for the width the form needs at least. UI thread.
class FormScroll : public QScrollArea {
    Q_OBJECT

public:
    explicit FormScroll(QWidget* form, QWidget* parent = nullptr);

    QSize minimumSizeHint() const override;
    bool eventFilter(QObject* watched, QEvent* event) override;
};

} // namespace lapidary
