// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/graphnavigator.h"

#include "ui/graphview/graphview.h"
#include "ui/panels/graphpanel.h"

#include <QApplication>
#include <QClipboard>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScopedValueRollback>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace lapidary {

namespace {

constexpr int settleMs = 250;
constexpr std::size_t maxNames = 500; ///< selected names that a place remembers

/// The scope a name stands in, with its separator: "/layer1/0/conv" gives "/layer1/0/". Empty at the top.
std::string scopeOf(std::string_view name) {
    const auto end = name.empty() ? std::string_view::npos : name.find_last_of("/.", name.size() - 2);
    return end == std::string_view::npos ? std::string() : std::string(name.substr(0, end + 1));
}

} // namespace

GraphNavigator::GraphNavigator(Workspace& workspace, GraphPanel& panel)
    : QObject(&panel), m_workspace(workspace), m_panel(panel), m_view(panel.view()), m_saved(this), m_settled(this) {
    m_settled.setSingleShot(true);
    m_settled.setInterval(settleMs);
    connect(&m_settled, &QTimer::timeout, this, &GraphNavigator::rest);
    auto* view = m_panel.view();
    connect(view, &GraphView::pictureShown, this, &GraphNavigator::beginWhereLeft);
    connect(view, &GraphView::viewMoved, &m_settled, qOverload<>(&QTimer::start));
    connect(view, &GraphView::zoomChanged, &m_settled, qOverload<>(&QTimer::start));
    connect(&m_workspace.selection(), &NodeSelection::changed, this, &GraphNavigator::visit);
    connect(&m_workspace, &Workspace::modelChanged, this, &GraphNavigator::changed);
    connect(&m_workspace, &Workspace::projectChanged, this, [this] {
        m_history.clear();
        leaveProject();
        m_saved.open(m_workspace.projectFolder());
        m_beginning = true;
        Q_EMIT changed();
    });
    connect(&m_panel, &GraphPanel::isolationChanged, this, &GraphNavigator::changed);
    connect(&m_saved, &SavedViews::changed, this, &GraphNavigator::changed);
    view->installEventFilter(this);
    view->viewport()->installEventFilter(this);
}

GraphNavigator::~GraphNavigator() {
    leaveProject();
}

/// The view has come to rest.
void GraphNavigator::rest() {
    m_last = here();
    if (m_history.present() && m_history.present()->current == m_last.current)
        m_history.update(m_last);
}

void GraphNavigator::leaveProject() {
    m_settled.stop();
    m_saved.storeLast(std::exchange(m_last, {}));
}

/// A project that was looked at before opens where it was left; not what was selected: passes go by that.
void GraphNavigator::beginWhereLeft() {
    const auto picture = m_panel.view()->picture();
    if (!m_beginning || !picture || picture->isEmpty() || !graph())
        return;
    m_beginning = false;
    if (const auto view = viewOf(m_saved.last(), *picture, m_panel.view()->visiblePart().size))
        m_panel.view()->setVisiblePart(*view);
}

const Graph* GraphNavigator::graph() const {
    const auto model = m_workspace.model();
    return model ? model->model->graph.get() : nullptr;
}

const GraphReach* GraphNavigator::reach() {
    const auto model = m_workspace.model();
    if (!model)
        return nullptr;
    if (m_reachOf != model) {
        m_reachOf = model;
        m_reach.emplace(*model->model->graph);
    }
    return &*m_reach;
}

QString GraphNavigator::whyNotFromSelection() const {
    return !graph()                                  ? tr("no model is open")
           : m_workspace.selection().nodes().empty() ? tr("no node is selected")
                                                     : QString();
}

QString GraphNavigator::whyNotPath() const {
    const auto why = whyNotFromSelection();
    return !why.isEmpty() ? why : m_workspace.selection().nodes().size() < 2 ? tr("select two nodes") : QString();
}

QString GraphNavigator::whyNotBlock() const {
    const auto why = whyNotFromSelection();
    return !why.isEmpty() ? why : widerScope().empty() ? tr("the node's name tells of no larger block") : QString();
}

QString GraphNavigator::whyNotBack() const {
    return m_history.canGoBack() ? QString() : tr("nothing was visited before");
}

QString GraphNavigator::whyNotForward() const {
    return m_history.canGoForward() ? QString() : tr("one has not gone back");
}

QString GraphNavigator::whyNotShowAll() const {
    return m_panel.isIsolated() ? QString() : tr("all nodes are shown");
}

QString GraphNavigator::whyNotRecall(int slot) const {
    return !graph() ? tr("no model is open") : m_saved.at(slot).isEmpty() ? tr("nothing is stored here") : QString();
}

void GraphNavigator::select(std::set<NodeId> nodes, const QString& none) {
    if (nodes.empty()) {
        Q_EMIT m_workspace.notice(none);
        return;
    }
    m_workspace.selection().set(std::move(nodes), m_workspace.selection().current());
}

void GraphNavigator::selectUpstream(int steps) {
    if (reach())
        grow(reach()->upstream(m_workspace.selection().nodes(), steps), tr("Nothing leads to the selection"));
}

void GraphNavigator::selectDownstream(int steps) {
    if (reach())
        grow(reach()->downstream(m_workspace.selection().nodes(), steps), tr("Nothing follows from the selection"));
}

/// Selects more than is selected, or says why there is no more.
void GraphNavigator::grow(std::set<NodeId> more, const QString& none) {
    if (!more.empty())
        more.insert(m_workspace.selection().nodes().begin(), m_workspace.selection().nodes().end());
    select(std::move(more), none);
}

void GraphNavigator::selectPath(bool all) {
    const auto& chosen = m_workspace.selection().nodes();
    if (!reach() || chosen.size() < 2)
        return;
    std::set<NodeId> found;
    if (all) {
        found = reach()->among(chosen);
    } else {
        // In graph order, from each to the next: of two nodes that is their path.
        std::vector<NodeId> order(chosen.begin(), chosen.end());
        std::sort(order.begin(), order.end(),
                  [this](NodeId a, NodeId b) { return graph()->position(a) < graph()->position(b); });
        for (std::size_t i = 1; i < order.size(); ++i)
            for (const auto id : reach()->shortestPath(order[i - 1], order[i]))
                found.insert(id);
    }
    const bool nothing =
        found.empty() || (all && found == chosen && reach()->upstream(chosen, 1) == reach()->upstream(chosen));
    select(nothing ? std::set<NodeId>() : std::move(found), tr("No path leads from one selected node to another"));
}

void GraphNavigator::selectSameOperator() {
    const auto* all = graph();
    if (!all)
        return;
    std::set<std::pair<std::string, std::string>> kinds;
    for (const auto id : m_workspace.selection().nodes())
        if (const auto* node = all->node(id))
            kinds.emplace(node->isOnnx() ? "" : node->domain, node->opType);
    std::set<NodeId> found;
    for (const auto& node : all->nodes())
        if (kinds.count({node->isOnnx() ? "" : node->domain, node->opType}) > 0)
            found.insert(node->id);
    select(std::move(found), {});
}

std::set<NodeId> GraphNavigator::inScope(const std::string& prefix) const {
    std::set<NodeId> found;
    for (const auto& node : graph()->nodes())
        if (node->name.starts_with(prefix))
            found.insert(node->id);
    return found;
}

/// The narrowest scope around the present node that holds more than is selected.
std::string GraphNavigator::widerScope() const {
    const auto* node = graph() ? graph()->node(m_workspace.selection().current()) : nullptr;
    if (!node)
        return {};
    const auto& selected = m_workspace.selection().nodes();
    for (auto scope = scopeOf(node->name); scope.size() > 1; scope = scopeOf(scope)) {
        const auto members = inScope(scope);
        if (!std::includes(selected.begin(), selected.end(), members.begin(), members.end()))
            return scope;
    }
    return {};
}

void GraphNavigator::selectBlock() {
    if (const auto scope = widerScope(); !scope.empty())
        select(inScope(scope), {});
}

void GraphNavigator::copyNames() {
    QStringList names;
    for (const auto& name : m_workspace.selection().nodes())
        if (const auto* node = graph() ? graph()->node(name) : nullptr)
            names.append(QString::fromStdString(displayName(*node)));
    if (names.isEmpty())
        return;
    QApplication::clipboard()->setText(names.join(u'\n'));
    Q_EMIT m_workspace.notice(names.size() == 1 ? tr("Copied %1").arg(names.front())
                                                : tr("Copied %n name(s)", nullptr, int(names.size())));
}

void GraphNavigator::isolate() {
    if (!m_workspace.selection().nodes().empty())
        m_panel.isolate(m_workspace.selection().nodes());
}

void GraphNavigator::showAll() {
    m_panel.isolate({});
}

ViewPlace GraphNavigator::here() const {
    const auto picture = m_panel.view()->picture();
    if (!picture || !graph())
        return {};
    const auto current = m_workspace.selection().current();
    auto place = placeOf(*picture, m_panel.view()->visiblePart(),
                         current.valid() ? std::optional(current.number) : std::nullopt);
    if (const auto* node = graph()->node(current))
        place.current = QString::fromStdString(displayName(*node));
    for (const auto id : m_workspace.selection().nodes())
        if (const auto* node = graph()->node(id); node && place.selected.size() < qsizetype(maxNames))
            place.selected.append(QString::fromStdString(displayName(*node)));
    return place;
}

void GraphNavigator::visit() {
    if (!m_restoring && m_workspace.selection().current().valid()) {
        m_history.visit(here());
        m_settled.start();
    }
    Q_EMIT changed();
}

void GraphNavigator::show(const ViewPlace& place) {
    const auto picture = m_panel.view()->picture();
    if (!graph() || !picture)
        return;
    const QScopedValueRollback guard(m_restoring, true);
    std::unordered_map<std::string, NodeId> byName;
    for (const auto& node : graph()->nodes())
        byName.emplace(displayName(*node), node->id);
    std::set<NodeId> nodes;
    for (const auto& name : place.selected)
        if (const auto it = byName.find(name.toStdString()); it != byName.end())
            nodes.insert(it->second);
    const auto current = byName.find(place.current.toStdString());
    m_workspace.selection().set(std::move(nodes), current == byName.end() ? NodeId() : current->second);
    if (const auto view = viewOf(place, *picture, m_panel.view()->visiblePart().size))
        m_panel.view()->setVisiblePart(*view);
    Q_EMIT changed();
}

void GraphNavigator::back() {
    if (!m_history.canGoBack())
        return;
    if (m_history.present()->current == here().current)
        m_history.update(here());
    show(m_history.back());
}

void GraphNavigator::forward() {
    if (m_history.canGoForward())
        show(m_history.forward());
}

void GraphNavigator::storeView(int slot) {
    const auto place = here();
    if (place.isEmpty())
        return;
    m_saved.store(slot, place);
    Q_EMIT m_workspace.notice(tr("Key %1 now goes to %2").arg(slot).arg(m_saved.name(slot)));
}

void GraphNavigator::recallView(int slot) {
    const auto place = m_saved.at(slot);
    if (place.isEmpty() || !m_panel.view()->picture())
        return;
    if (!viewOf(place, *m_panel.view()->picture(), {}) && m_panel.isIsolated())
        m_panel.isolate({});
    show(place);
    m_history.visit(here());
    Q_EMIT changed();
}

bool GraphNavigator::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::MouseButtonPress) {
        const auto button = static_cast<QMouseEvent*>(event)->button();
        if (button == Qt::BackButton || button == Qt::ForwardButton) {
            button == Qt::BackButton ? back() : forward();
            return true;
        }
    }
    if (watched == m_view && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Backspace) {
            static_cast<QKeyEvent*>(event)->modifiers().testFlag(Qt::ShiftModifier) ? forward() : back();
            return true;
        }
        if (key == Qt::Key_Escape && m_panel.isIsolated()) {
            showAll();
            return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

} // namespace lapidary
