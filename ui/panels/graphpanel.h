// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/decorbuilder.h"
#include "ui/models/pictureids.h"
#include "ui/models/workspace.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QSlider;

namespace lapidary {

class GraphGroups;
class GraphView;

/// The graph of the current variant with search, colour-by and threshold. Shares the workspace's selection.
class GraphPanel : public QWidget {
    Q_OBJECT

public:
    explicit GraphPanel(Workspace& workspace, QWidget* parent = nullptr);
    ~GraphPanel() override;

    GraphView* view() { return m_view; }
    GraphGroups& groups() { return *m_groups; }

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

private:
    QWidget* makeBar();
    void rebuildPicture();
    void rebuildDecor();
    void showScene();
    void activate(quint32 id);
    void showMenu(qint64 id, const QPoint& position);
    void search(const QString& text);
    void searchStep();
    void selectionFromView();
    void selectionToView();
    void markSelection();

    Workspace& m_workspace;
    GraphView* m_view;
    QComboBox* m_overlay = nullptr;
    QSlider* m_threshold = nullptr;
    QLineEdit* m_search = nullptr;
    QLabel* m_found = nullptr;
    QList<quint32> m_hits;
    int m_hit = -1;
    bool m_horizontal = false;
    bool m_showing = false;
    GraphGroups* m_groups;
};

} // namespace lapidary
