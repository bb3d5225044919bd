// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/diagnostic.h"

#include <QWidget>

class QTreeWidget;

namespace lapidary {

/// What happened, newest last: failures with their hint, and things done.
class LogPanel : public QWidget {
    Q_OBJECT

public:
    explicit LogPanel(QWidget* parent = nullptr);

public Q_SLOTS:
    void addProblem(const lapidary::Diagnostic& problem);
    void addNotice(const QString& text);
    void addNote(const QString& pass, const lapidary::Diagnostic& note); ///< what a pass said of its work

private:
    void add(const QString& icon, const QString& text, const QString& hint);

    QTreeWidget* m_list;
};

} // namespace lapidary
