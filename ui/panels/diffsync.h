// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <unordered_map>

namespace lapidary {

class GraphView;

/// Keeps two views of different models together: where one goes, the other shows what matches, at the same scale; what
/// is selected in one is selected in the other. UI thread.
class DiffSync : public QObject {
    Q_OBJECT

public:
    DiffSync(GraphView& a, GraphView& b, QObject* parent);

    using Matches = std::unordered_map<quint32, quint32>;
    /// From picture ids of A to those of B.
    void setMatches(Matches matches);
    void setEnabled(bool enabled);
    bool isEnabled() const { return m_enabled; }

Q_SIGNALS:
    /// By the user, in either view; ids of that view.
    void selected(bool inB, quint32 id);

private:
    void follow(GraphView& leader, GraphView& follower, const Matches& matches);
    void select(GraphView& leader, GraphView& follower, const Matches& matches, bool inB);

    GraphView& m_a;
    GraphView& m_b;
    Matches m_toB, m_toA;
    bool m_enabled = true;
    bool m_moving = false;
};

} // namespace lapidary
