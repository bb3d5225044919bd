// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/graphview/graphpicture.h"
#include "ui/models/decorbuilder.h"
#include "ui/models/workspace.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QSlider;

namespace lapidary {

class GraphView;
class SearchField;
class SearchPanel;

/// The graph of the current variant with search, colour-by and threshold. Shares the workspace's selection.
class GraphPanel : public QWidget {
    Q_OBJECT

public:
    explicit GraphPanel(Workspace& workspace, QWidget* parent = nullptr);
    ~GraphPanel() override;

    GraphView* view() { return m_view; }
    SearchPanel* search() { return m_results; }

    /// Shows only these nodes and how they hang together; empty: everything again.
    void isolate(std::set<NodeId> nodes);
    bool isIsolated() const { return !m_isolated.empty(); }

public Q_SLOTS:
    void focusSearch();
    void setOverlay(lapidary::Overlay overlay);
    void setHorizontal(bool horizontal);
    void exportPicture();

Q_SIGNALS:
    void nodeActivated(quint32 id);
    void isolationChanged();

private:
    QWidget* makeBar();
    void rebuildPicture();
    void rebuildDecor();
    void reveal(quint32 id);
    void selectionFromView();
    void selectionToView();

    Workspace& m_workspace;
    GraphView* m_view;
    QComboBox* m_overlay = nullptr;
    QSlider* m_threshold = nullptr;
    SearchField* m_search = nullptr;
    SearchPanel* m_results = nullptr;
    QLabel* m_found = nullptr;
    std::set<NodeId> m_isolated;
    bool m_horizontal = false;
    bool m_showing = false;
    Latest<std::shared_ptr<GraphPicture>> m_pictures;
};

} // namespace lapidary
