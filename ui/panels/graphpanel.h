// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/decorbuilder.h"
#include "ui/models/pictureids.h"
#include "ui/models/workspace.h"

#include <QSet>
#include <QWidget>

class QComboBox;
class QLabel;
class QSlider;

namespace lapidary {

class GraphGroups;
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
    GraphGroups& groups() { return *m_groups; }
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
    /// A node inside of a body was selected; the shared selection has the node of the main graph that holds the body.
    void innerNodeSelected(const lapidary::SceneRef& node);
    void valuePicked(lapidary::ValueId value); ///< an input or output of the model was clicked
    void isolationChanged();

private:
    QWidget* makeBar();
    void rebuildPicture();
    void rebuildDecor();
    void showScene();
    void activate(quint32 id);
    void showFound(const QSet<quint32>& ids);
    void reveal(quint32 id);
    void selectionFromView();
    void selectionToView();
    void markSelection();

    Workspace& m_workspace;
    GraphView* m_view;
    QComboBox* m_overlay = nullptr;
    QSlider* m_threshold = nullptr;
    SearchField* m_search = nullptr;
    SearchPanel* m_results = nullptr;
    QLabel* m_found = nullptr;
    std::set<NodeId> m_isolated;
    QSet<quint32> m_foundIds; ///< of nodes
    bool m_horizontal = false;
    bool m_showing = false;
    GraphGroups* m_groups;
};

} // namespace lapidary
