// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/diffsession.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;

namespace lapidary {

class DiffSync;
class GraphView;

/// A and B beside each other, moving together, with the table of differences below.
class DiffSideBySide : public QWidget {
    Q_OBJECT

public:
    explicit DiffSideBySide(DiffSession& session, QWidget* parent = nullptr);

    void setTitles(const QString& a, const QString& b);
    GraphView* viewA() { return m_a; }
    GraphView* viewB() { return m_b; }

private:
    void connectAll();
    void showPictures();
    void showDecor();
    void showCurrent(int entry);
    void choose(bool inB, quint32 id);

    DiffSession& m_session;
    GraphView* m_a;
    GraphView* m_b;
    QLabel* m_titleA;
    QLabel* m_titleB;
    QComboBox* m_metric;
    QCheckBox* m_together;
    DiffSync* m_sync;
    std::unordered_map<quint32, int> m_entryA, m_entryB; ///< picture id → entry
};

} // namespace lapidary
