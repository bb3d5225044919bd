// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/pairedsession.h"

#include <QWidget>

class QLabel;
class QTreeWidget;

namespace lapidary {

/// Every layer's time in A and in B and how far its outputs are apart.
class LayerErrorsPage : public QWidget {
    Q_OBJECT

public:
    LayerErrorsPage(DiffSession& models, PairedSession& paired, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void showLayers();
    void showCaption();

    DiffSession& m_models;
    PairedSession& m_paired;
    QLabel* m_caption;
    QTreeWidget* m_layers;
};

} // namespace lapidary
