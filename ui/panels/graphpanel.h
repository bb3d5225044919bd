// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/graphview/graphpicture.h"
#include "ui/models/decorbuilder.h"
#include "ui/models/picturetexts.h"
#include "ui/models/workspace.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QSlider;

namespace lapidary {

class GraphView;

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

private:
    QWidget* makeBar();
    void rebuildPicture();
    void rebuildDecor();
    void search(const QString& text);
    void searchStep();
    void selectionFromView();
    void selectionToView();

    Workspace& m_workspace;
    GraphView* m_view;
    QComboBox* m_overlay = nullptr;
    QSlider* m_threshold = nullptr;
    QLineEdit* m_search = nullptr;
    QLabel* m_found = nullptr;
    QList<quint32> m_hits;
    int m_hit = -1;
    GraphLook m_look;
    bool m_horizontal = false;
    bool m_showing = false;
    Latest<std::shared_ptr<GraphPicture>> m_pictures;
};

} // namespace lapidary
