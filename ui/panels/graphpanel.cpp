// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/graphpanel.h"

#include "ui/graphview/graphview.h"
#include "ui/models/graphpicturebuilder.h"
#include "ui/models/nodesearch.h"
#include "ui/theme/themedicon.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

namespace lapidary {

GraphPanel::GraphPanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_view(new GraphView(this)), m_pictures(this) {
    m_look.load();
    setObjectName(QStringLiteral("graphPanel"));
    m_view->setObjectName(QStringLiteral("graphView"));
    m_view->setEmptyText(tr("Open a model to see its graph"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addWidget(m_view, 1);

    connect(&m_workspace, &Workspace::modelChanged, this, &GraphPanel::rebuildPicture);
    connect(&m_workspace, &Workspace::measured, this, &GraphPanel::rebuildDecor);
    connect(&m_workspace, &Workspace::previewChanged, this, &GraphPanel::rebuildDecor);
    connect(&m_workspace.selection(), &NodeSelection::changed, this, &GraphPanel::selectionToView);
    connect(&m_workspace.selection(), &NodeSelection::changed, this, &GraphPanel::rebuildDecor);
    connect(m_view, &GraphView::selectionChanged, this, &GraphPanel::selectionFromView);
    connect(m_view, &GraphView::nodeActivated, this, &GraphPanel::nodeActivated);
    connect(m_view, &GraphView::thresholdPicked, this,
            [this](double value) { m_threshold->setValue(int(value * m_threshold->maximum())); });
}

GraphPanel::~GraphPanel() = default;

QWidget* GraphPanel::makeBar() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(8, 6, 8, 6);
    row->setSpacing(8);

    m_search = new QLineEdit(bar);
    m_search->setObjectName(QStringLiteral("graphSearch"));
    m_search->setPlaceholderText(tr("Find nodes and tensors"));
    m_search->setToolTip(tr("Part of a node's or tensor's name, or an operator. Return goes to the next match."));
    m_search->setClearButtonEnabled(true);
    m_search->setMaximumWidth(280);
    m_search->addAction(themedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_found = new QLabel(bar);
    m_found->setObjectName(QStringLiteral("graphFound"));

    auto* label = new QLabel(tr("Colour by"), bar);
    m_overlay = new QComboBox(bar);
    m_overlay->setObjectName(QStringLiteral("overlayCombo"));
    for (const auto overlay : allOverlays)
        m_overlay->addItem(DecorBuilder::overlayName(overlay), int(overlay));
    m_overlay->setToolTip(tr("What the nodes' colours show. Time needs a profile (F5); a file may bring any values."));
    label->setBuddy(m_overlay);
    m_threshold = new QSlider(Qt::Horizontal, bar);
    m_threshold->setObjectName(QStringLiteral("overlayThreshold"));
    m_threshold->setRange(0, 100);
    m_threshold->setMaximumWidth(120);
    m_threshold->setToolTip(tr("Nodes below this value step back"));
    m_threshold->setAccessibleName(tr("Threshold"));
    m_threshold->setEnabled(false);

    row->addWidget(m_search, 1);
    row->addWidget(m_found);
    row->addStretch(1);
    row->addWidget(label);
    row->addWidget(m_overlay);
    row->addWidget(m_threshold);
    auto* fit = new QToolButton(bar);
    fit->setObjectName(QStringLiteral("fitButton"));
    fit->setIcon(themedIcon(QStringLiteral("zoom-fit")));
    fit->setToolTip(tr("Show the whole graph (Space)"));
    fit->setAutoRaise(true);
    row->addWidget(fit);

    connect(fit, &QToolButton::clicked, m_view, &GraphView::fit);
    connect(m_search, &QLineEdit::textChanged, this, &GraphPanel::search);
    connect(m_search, &QLineEdit::returnPressed, this, &GraphPanel::searchStep);
    connect(m_overlay, &QComboBox::currentIndexChanged, this, [this] {
        const auto overlay = Overlay(m_overlay->currentData().toInt());
        m_threshold->setEnabled(hasNumbers(overlay));
        rebuildDecor();
    });
    connect(m_overlay, &QComboBox::activated, this, [this] {
        if (Overlay(m_overlay->currentData().toInt()) == Overlay::File && m_workspace.model() &&
            m_workspace.nodeValuesFile().isEmpty())
            chooseValues();
    });
    connect(m_threshold, &QSlider::valueChanged, this, &GraphPanel::rebuildDecor);
    return bar;
}

void GraphPanel::focusSearch() {
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void GraphPanel::setOverlay(Overlay overlay) { m_overlay->setCurrentIndex(m_overlay->findData(int(overlay))); }

void GraphPanel::setHorizontal(bool horizontal) {
    if (m_horizontal == horizontal)
        return;
    m_horizontal = horizontal;
    rebuildPicture();
}

void GraphPanel::rebuildPicture() {
    const auto model = m_workspace.model();
    if (!model) {
        if (!m_workspace.hasProject())
            m_view->clear();
        return;
    }
    const auto direction = m_horizontal ? LayoutDirection::LeftRight : LayoutDirection::TopDown;
    m_pictures.start(
        [model, direction, texts = m_look.texts](const Work&) {
            auto picture = std::make_shared<GraphPicture>(buildGraphPicture(*model, direction));
            writePictureTexts(*picture, *model, texts);
            return picture;
        },
        [this](std::shared_ptr<GraphPicture> picture) {
            m_view->setPicture(std::move(*picture));
            rebuildDecor();
            search(m_search->text());
        });
}

void GraphPanel::search(const QString& text) {
    m_hits.clear();
    m_hit = -1;
    GraphView::Ids ids;
    if (const auto model = m_workspace.model(); model && !text.trimmed().isEmpty())
        for (const auto id : findNodes(*model->model->graph, text.trimmed().toStdString())) {
            m_hits.append(id.number);
            ids.insert(id.number);
        }
    m_view->setFound(ids);
    m_found->setText(text.trimmed().isEmpty() ? QString() : tr("%n found", nullptr, int(m_hits.size())));
}

void GraphPanel::searchStep() {
    if (m_hits.isEmpty())
        return;
    m_hit = (m_hit + 1) % int(m_hits.size());
    const NodeId id{m_hits[m_hit]};
    m_workspace.selection().set({id}, id);
    m_view->ensureVisible(id.number);
    m_found->setText(tr("%1 of %2").arg(m_hit + 1).arg(m_hits.size()));
}

void GraphPanel::selectionFromView() {
    std::set<NodeId> nodes;
    for (const auto id : m_view->selection())
        if (id < ioIdBase)
            nodes.insert(NodeId{id});
    m_showing = true;
    m_workspace.selection().set(std::move(nodes));
    m_showing = false;
}

void GraphPanel::selectionToView() {
    if (m_showing)
        return;
    GraphView::Ids ids;
    for (const auto id : m_workspace.selection().nodes())
        ids.insert(id.number);
    m_view->setSelection(ids);
    if (const auto current = m_workspace.selection().current(); current.valid())
        m_view->ensureVisible(current.number);
}

} // namespace lapidary
