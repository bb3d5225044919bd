// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/graphpanel.h"

#include "ui/graphview/graphview.h"
#include "ui/panels/graphgroups.h"
#include "ui/panels/searchfield.h"
#include "ui/panels/searchpanel.h"
#include "ui/theme/themedicon.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace lapidary {

GraphPanel::GraphPanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_view(new GraphView(this)),
      m_groups(new GraphGroups(workspace, *m_view, this)) {
    m_look.load();
    setObjectName(QStringLiteral("graphPanel"));
    m_view->setObjectName(QStringLiteral("graphView"));
    m_view->setEmptyText(tr("Open a model to see its graph"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addWidget(m_view, 1);
    m_results = new SearchPanel(m_workspace, m_search, this);
    connect(m_results, &SearchPanel::found, this, &GraphPanel::showFound);
    connect(m_results, &SearchPanel::statusChanged, m_found, &QLabel::setText);
    connect(m_results, &SearchPanel::revealed, this, &GraphPanel::reveal);
    connect(m_results, &SearchPanel::leave, this, [this] { m_view->setFocus(Qt::ShortcutFocusReason); });

    // Another model is another picture: it neither follows the old one's drawing nor where one looked at it.
    connect(&m_workspace, &Workspace::projectChanged, m_view, &GraphView::clear);
    connect(&m_workspace, &Workspace::modelChanged, this, [this] {
        isolate({}); // its ids were those of another graph
        rebuildPicture();
        m_results->refresh();
    });
    connect(&m_workspace, &Workspace::measured, m_results, &SearchPanel::refresh);
    connect(&m_workspace, &Workspace::measured, this, &GraphPanel::rebuildDecor);
    connect(&m_workspace, &Workspace::previewChanged, this, &GraphPanel::rebuildDecor);
    connect(&m_workspace.selection(), &NodeSelection::changed, this, &GraphPanel::selectionToView);
    connect(&m_workspace.selection(), &NodeSelection::changed, this, &GraphPanel::rebuildDecor);
    connect(m_view, &GraphView::selectionChanged, this, &GraphPanel::selectionFromView);
    connect(m_view, &GraphView::nodeActivated, this, &GraphPanel::activate);
    connect(m_view, &GraphView::valueSelected, this, &GraphPanel::valueFromView);
    connect(m_view, &GraphView::valueLeft, this, &GraphPanel::valueLeft);
    m_view->setPartTexts([this](const PictureValue& value) { return valueText(value); },
                         [this](quint32 id) { return frameText(id); });
    connect(m_groups, &GraphGroups::sceneChanged, this, &GraphPanel::showScene);
    connect(m_view, &GraphView::thresholdPicked, this,
            [this](double value) { m_threshold->setValue(int(value * m_threshold->maximum())); });
}

GraphPanel::~GraphPanel() = default;

QWidget* GraphPanel::makeBar() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(8, 6, 8, 6);
    row->setSpacing(8);

    m_search = new SearchField(bar);
    m_search->setObjectName(QStringLiteral("graphSearch"));
    m_search->setMinimumWidth(300);
    m_search->setMaximumWidth(480);
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

    row->addWidget(m_search, 2);
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
    m_results->unfold();
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
    m_groups->setTexts(m_look.texts);
    m_groups->rebuild(m_horizontal ? LayoutDirection::LeftRight : LayoutDirection::TopDown);
}

void GraphPanel::showScene() {
    rebuildDecor();
    showFound(m_foundIds);
    markSelection();
}

void GraphPanel::activate(quint32 id) {
    if (m_groups->isExpandable(id))
        m_groups->expand(id);
    else
        Q_EMIT nodeActivated(id);
}

/// Nodes that were found, at the closed groups they are in.
void GraphPanel::showFound(const GraphView::Ids& ids) {
    m_foundIds = ids;
    GraphView::Ids shown;
    for (const auto id : ids)
        shown.insert(m_groups->shown(NodeId{id}));
    m_view->setFound(shown);
}

/// A node that is hidden by an isolation is worth ending it.
void GraphPanel::reveal(quint32 id) {
    if (m_view->ensureVisible(id) || !isIsolated())
        return;
    isolate({});
}

void GraphPanel::isolate(std::set<NodeId> nodes) {
    if (nodes == m_isolated)
        return;
    m_isolated = std::move(nodes);
    m_groups->showOnly(m_isolated);
    // A few nodes are looked at as a whole; everything is looked at around the node one stands on.
    connect(
        m_view, &GraphView::pictureShown, this,
        [this] {
            if (isIsolated())
                m_view->fit();
            else if (const auto current = m_workspace.selection().current(); current.valid())
                m_view->ensureVisible(current.number);
        },
        Qt::SingleShotConnection);
    rebuildPicture();
    Q_EMIT isolationChanged();
}

void GraphPanel::selectionFromView() {
    const auto ids = m_view->selection();
    m_showing = true;
    m_workspace.selection().set(m_groups->nodesOf(ids));
    m_showing = false;
    if (const auto picture = m_view->picture(); picture && std::any_of(ids.begin(), ids.end(), [&](quint32 id) {
            return !picture->indexOf(id);
        })) { // a frame: its members on the screen are marked, too
        auto marked = ids;
        for (const auto id : m_workspace.selection().nodes())
            marked.insert(m_groups->shown(id));
        m_view->setSelection(marked);
    }
    const auto current = m_view->current();
    const auto ref = current && m_groups->scene() ? m_groups->scene()->ids->find(*current) : std::nullopt;
    if (ref && ref->kind == SceneRef::Kind::Node && ref->instance > 0)
        Q_EMIT innerNodeSelected(*ref);
    if (current && ids == QSet<quint32>{*current} && m_groups->scene())
        if (const auto group = m_groups->scene()->groupOf(*current); group >= 0)
            Q_EMIT groupPicked(group);
    // Outputs of the model have ids of their own above those of inputs; below either stands the value's number.
    if (m_view->selection().size() == 1 && *m_view->selection().begin() >= ioIdBase)
        Q_EMIT valuePicked(ValueId{*m_view->selection().begin() & 0x3fffffffu});
}

/// What is selected stays marked where pictures change, at the closed group if it is in one.
void GraphPanel::markSelection() {
    GraphView::Ids ids;
    for (const auto id : m_workspace.selection().nodes())
        ids.insert(m_groups->shown(id));
    m_view->setSelection(ids);
}

void GraphPanel::selectionToView() {
    if (m_showing)
        return;
    markSelection();
    if (const auto current = m_workspace.selection().current(); current.valid())
        m_view->ensureVisible(current.number);
}

} // namespace lapidary
