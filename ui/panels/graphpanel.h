// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/decorbuilder.h"
#include "ui/models/graphscene.h"
#include "ui/models/picturetexts.h"
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
struct InspectorSubject;
struct PictureValue;
class SearchField;
class SearchPanel;

/// What nodes and edges show besides the operator. Kept in the settings.
struct GraphLook {
    PictureTexts texts;
    bool badges = true; ///< precision and sparsity
    ScaleChoice scale = ScaleChoice::Automatic;

    void load();
    void save() const;
};

/// The graph of the current variant with search, colour-by and threshold. Shares the workspace's selection.
class GraphPanel : public QWidget {
    Q_OBJECT

public:
    explicit GraphPanel(Workspace& workspace, QWidget* parent = nullptr);
    ~GraphPanel() override;

    GraphView* view() { return m_view; }
    const GraphLook& look() const { return m_look; }
    void setLook(const GraphLook& look);
    GraphGroups& groups() { return *m_groups; }
    SearchPanel* search() { return m_results; }

    /// Shows only these nodes and how they hang together; empty: everything again.
    void isolate(std::set<NodeId> nodes);
    bool isIsolated() const { return !m_isolated.empty(); }
    /// Lights the lines of the values that are inspected and brings them into view; other subjects light none.
    void showInspected(const InspectorSubject& subject);

public Q_SLOTS:
    void focusSearch();
    void setOverlay(lapidary::Overlay overlay);
    void setHorizontal(bool horizontal);
    /// Asks how and where, and writes it in a job.
    void exportPicture();
    /// Asks for a file with values of nodes and colours by them.
    void chooseValues();
    void showValues(const QString& file);

Q_SIGNALS:
    void nodeActivated(quint32 id);
    /// A node inside of a body was selected; the shared selection has the node of the main graph that holds the body.
    void innerNodeSelected(const lapidary::SceneRef& node);
    void valuePicked(lapidary::ValueId value); ///< an input or output of the model, or a line, was clicked
    /// A line inside of a body, or one that stands for several values, was clicked.
    void valuesPicked(qint32 instance, const std::vector<lapidary::ValueId>& values);
    void valueLeft(); ///< what was clicked before is no longer selected
    /// A group, open or closed, was selected; the shared selection has its nodes.
    void groupPicked(qint32 group);
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
    void valueFromView(const PictureValue& picked);
    QString valueText(const PictureValue& shown) const;
    QString valueText(const GraphScene::Value& found) const;
    QString frameText(quint32 id) const;
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
    GraphLook m_look;
    bool m_horizontal = false;
    bool m_showing = false;
    GraphGroups* m_groups;
};

} // namespace lapidary
