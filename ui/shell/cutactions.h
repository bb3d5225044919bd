// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QObject>

#include <functional>
#include <vector>

class QMainWindow;
class QMenu;

namespace lapidary {

class RatioDragger;
class SensitivityPanel;
class SensitivityScan;
class Workspace;

/// Actions for choosing what to cut and for looking at what was cut. Belongs to the window.
class CutActions : public QObject {
    Q_OBJECT

public:
    CutActions(Workspace& workspace, SensitivityScan& scan, SensitivityPanel& sensitivity, RatioDragger& dragger,
               QMainWindow& window);

    void fillMenu(QMenu& menu, QAction* before);

Q_SIGNALS:
    void analyseWanted();
    void reportWanted();
    void quantReportWanted();
    void rangesWanted();
    void schemesWanted();
    void guardWanted();

private:
    struct Entry {
        QAction* action;
        QString tip;
        std::function<QString()> whyNot;
    };
    QAction* make(const char* name, const QString& text, const QString& keys, const QString& tip,
                  std::function<QString()> whyNot, std::function<void()> run);
    void refresh();

    QMainWindow& m_window;
    std::vector<Entry> m_entries;
};

} // namespace lapidary
