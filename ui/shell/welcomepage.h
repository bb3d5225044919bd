// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QAction;

namespace lapidary {

/// What an empty window shows: what Lapidary does and the three ways to begin.
class WelcomePage : public QWidget {
    Q_OBJECT

public:
    explicit WelcomePage(const QList<QAction*>& beginnings, QWidget* parent = nullptr);
};

} // namespace lapidary
