// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/graphactions.h"

#include "ui/graphview/graphview.h"
#include "ui/models/workspace.h"
#include "ui/panels/graphgroups.h"
#include "ui/panels/graphnavigator.h"
#include "ui/panels/graphpanel.h"
#include "ui/panels/passpanel.h"
#include "ui/panels/searchpanel.h"
#include "ui/theme/themedicon.h"

#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>

namespace lapidary {

GraphActions::GraphActions(Workspace& workspace, GraphPanel& graph, PassPanel& passes, QMainWindow& window)
    : QObject(&window), m_workspace(workspace), m_graph(graph), m_passes(passes), m_window(window),
      m_navigator(new GraphNavigator(workspace, graph)) {
    makeSelectActions();
    makeGoActions();
    makeViewActions();
    connect(m_navigator, &GraphNavigator::changed, this, &GraphActions::refresh);
    connect(m_graph.search(), &SearchPanel::statusChanged, this, &GraphActions::refresh);
    connect(m_graph.view(), &GraphView::menuRequested, this,
            [this](qint64 id, const QPoint& position) { showContextMenu(id, position); });
    refresh();
}

QAction* GraphActions::make(const char* name, const QString& text, const QString& keys, const QString& tip, Reach reach,
                            std::function<QString()> whyNot, std::function<void()> run) {
    auto* action = new QAction(text, this);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(QKeySequence(keys));
    action->setStatusTip(tip);
    if (reach == Reach::Graph) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        m_graph.view()->addAction(action);
    } else {
        m_window.addAction(action);
    }
    connect(action, &QAction::triggered, this, std::move(run));
    m_entries.push_back({action, tip, std::move(whyNot)});
    return action;
}

void GraphActions::refresh() {
    for (const auto& [action, tip, whyNot] : m_entries) {
        const auto why = whyNot();
        const auto keys = action->shortcut().toString(QKeySequence::NativeText);
        const auto named = keys.isEmpty() ? tip : tr("%1 (%2)").arg(tip, keys);
        action->setEnabled(why.isEmpty());
        action->setToolTip(why.isEmpty() ? named : tr("%1\nNot now: %2").arg(named, why));
    }
    for (int slot = 1; slot <= m_recall.size(); ++slot) {
        const auto name = m_navigator->savedViews().name(slot);
        m_recall[slot - 1]->setText(
            name.isEmpty() ? tr("Go to view &%1").arg(slot)
                           : tr("&%1: %2").arg(slot).arg(QString(name).replace(u'&', QStringLiteral("&&"))));
    }
}

void GraphActions::makeSelectActions() {
    auto* nav = m_navigator;
    const auto selected = [nav] { return nav->whyNotFromSelection(); };
    const auto two = [nav] { return nav->whyNotPath(); };
    m_select = {make("selectUpstream", tr("All &upstream"), QStringLiteral("Ctrl+Up"),
                     tr("Select everything that leads to the selection"), Reach::Graph, selected,
                     [nav] { nav->selectUpstream(GraphReach::everything); }),
                make("selectDownstream", tr("All &downstream"), QStringLiteral("Ctrl+Down"),
                     tr("Select everything that follows from the selection"), Reach::Graph, selected,
                     [nav] { nav->selectDownstream(GraphReach::everything); }),
                make("growUpstream", tr("&Producers too"), QStringLiteral("Ctrl+Shift+Up"),
                     tr("Select one step upstream as well"), Reach::Graph, selected, [nav] { nav->selectUpstream(1); }),
                make("growDownstream", tr("&Consumers too"), QStringLiteral("Ctrl+Shift+Down"),
                     tr("Select one step downstream as well"), Reach::Graph, selected,
                     [nav] { nav->selectDownstream(1); })};
    m_paths = {make("selectPath", tr("&Shortest path between"), QStringLiteral("Ctrl+P"),
                    tr("Select the shortest path between the selected nodes"), Reach::Window, two,
                    [nav] { nav->selectPath(false); }),
               make("selectPaths", tr("&All paths between"), QStringLiteral("Ctrl+Shift+P"),
                    tr("Select every node on any path between the selected nodes"), Reach::Window, two,
                    [nav] { nav->selectPath(true); })};
    m_kinds = {make("selectOperator", tr("Same &operator"), QStringLiteral("Ctrl+Shift+M"),
                    tr("Select all nodes of the same operator"), Reach::Window, selected,
                    [nav] { nav->selectSameOperator(); }),
               make(
                   "selectBlock", tr("&Block around it"), QStringLiteral("Ctrl+B"),
                   tr("Select the block the node's name belongs to; once more: the block around that"), Reach::Window,
                   [nav] { return nav->whyNotBlock(); }, [nav] { nav->selectBlock(); })};
    auto* search = m_graph.search();
    m_kinds.append(make(
        "selectFound", tr("All &found"), QStringLiteral("Ctrl+Shift+F"), tr("Select every node the search finds"),
        Reach::Window, [search] { return search->hits().nodes.empty() ? tr("the search finds no node") : QString(); },
        [search] { search->selectAll(); }));
    m_show = {make("isolate", tr("&Isolate"), QStringLiteral("Ctrl+I"),
                   tr("Show only the selected nodes and how they hang together"), Reach::Window, selected,
                   [nav] { nav->isolate(); }),
              make(
                  "showAll", tr("Sho&w all again"), QStringLiteral("Ctrl+Shift+I"), tr("End isolation"), Reach::Window,
                  [nav] { return nav->whyNotShowAll(); }, [nav] { nav->showAll(); })};
    m_node = {make("copyName", tr("Copy &name"), QStringLiteral("Ctrl+Shift+C"),
                   tr("Copy the names of the selected nodes"), Reach::Window, selected, [nav] { nav->copyNames(); }),
              make("showInLayers", tr("Show in &layers table"), QStringLiteral("Ctrl+L"),
                   tr("Show the selected nodes in the table of layers"), Reach::Window, selected,
                   [this] { Q_EMIT layersWanted(); })};
}

void GraphActions::makeGoActions() {
    auto* nav = m_navigator;
    m_go = {make(
                "goBack", tr("&Back"), QStringLiteral("Alt+Left"), tr("To the node and view before"), Reach::Window,
                [nav] { return nav->whyNotBack(); }, [nav] { nav->back(); }),
            make(
                "goForward", tr("&Forward"), QStringLiteral("Alt+Right"), tr("To where one went back from"),
                Reach::Window, [nav] { return nav->whyNotForward(); }, [nav] { nav->forward(); })};
    auto* search = m_graph.search();
    const auto found = [search] {
        return search->hits().nodes.empty() && search->hits().tensors.empty() ? tr("the search finds nothing")
                                                                              : QString();
    };
    m_find = {make("findNext", tr("&Next match"), QStringLiteral("F3"),
                   tr("To the next node or tensor the search finds"), Reach::Window, found,
                   [search] { search->step(1); }),
              make("findPrevious", tr("&Previous match"), QStringLiteral("Shift+F3"),
                   tr("To the previous node or tensor the search finds"), Reach::Window, found,
                   [search] { search->step(-1); }),
              make(
                  "scopeFromSearch", tr("&Use the search as scope"), QStringLiteral("Ctrl+Shift+U"),
                  tr("Passes work on what the search finds, in place of the selection"), Reach::Window,
                  [search] {
                      return search->hits().nodes.empty() ? tr("the search finds no node")
                             : !search->hits().asScope
                                 ? tr("times and the selection are not part of a recipe; select all found instead")
                                 : QString();
                  },
                  [search] { search->useAsScope(); }),
              make(
                  "searchHelp", tr("&How to search"), {}, tr("What queries are made of, with examples"), Reach::Window,
                  [this] { return m_workspace.model() ? QString() : tr("no model is open"); },
                  [this, search] {
                      m_graph.focusSearch();
                      search->showHelp();
                  })};
}

void GraphActions::makeViewActions() {
    auto* nav = m_navigator;
    for (int slot = 1; slot <= SavedViews::count; ++slot) {
        const auto name = QStringLiteral("recallView%1").arg(slot).toLatin1();
        m_recall.append(make(
            name.constData(), tr("Go to view &%1").arg(slot), QString::number(slot),
            tr("Show the graph as it was stored under this number"), Reach::Graph,
            [nav, slot] { return nav->whyNotRecall(slot); }, [nav, slot] { nav->recallView(slot); }));
        const auto store = QStringLiteral("storeView%1").arg(slot).toLatin1();
        m_store.append(make(
            store.constData(), tr("Store as &%1").arg(slot), QStringLiteral("Ctrl+Shift+%1").arg(slot),
            tr("Keep the present view of the graph under this number"), Reach::Window,
            [this] { return m_workspace.model() ? QString() : tr("no model is open"); },
            [nav, slot] { nav->storeView(slot); }));
    }
}

void GraphActions::fillMenuBar(QMenuBar& bar, QAction* before, QMenu& view) {
    auto* select = new QMenu(tr("&Select"), &bar);
    for (const auto& group : {m_select, m_paths, m_kinds, m_show, m_node}) {
        select->addActions(group);
        select->addSeparator();
    }
    auto* go = new QMenu(tr("&Go"), &bar);
    go->addActions(m_go);
    go->addSeparator();
    go->addActions(m_find);
    bar.insertMenu(before, select);
    bar.insertMenu(before, go);
    auto* recall = new QMenu(tr("Saved vie&ws"), &view);
    recall->addActions(m_recall);
    auto* store = new QMenu(tr("Sto&re view"), &view);
    store->addActions(m_store);
    view.addMenu(recall);
    view.addMenu(store);
    for (auto* menu : {select, go, recall, store})
        menu->setToolTipsVisible(true);
}

QMenu* GraphActions::makeContextMenu(QWidget* parent) {
    auto* menu = new QMenu(parent);
    menu->setObjectName(QStringLiteral("graphMenu"));
    menu->setToolTipsVisible(true);
    menu->addActions(m_node);
    auto* apply = menu->addMenu(tr("&Apply pass to this"));
    apply->setToolTipsVisible(true);
    for (const auto& pass : m_workspace.engine().passes().all()) {
        const auto id = QString::fromStdString(pass->info().id);
        auto* one = apply->addAction(QString::fromStdString(pass->info().title));
        one->setObjectName(QStringLiteral("applyPass_") + id);
        one->setToolTip(QString::fromStdString(pass->info().summary));
        connect(one, &QAction::triggered, this, [this, id] {
            m_workspace.setScopeQuery({});
            m_passes.setPass(id);
            Q_EMIT passWanted();
        });
    }
    apply->setEnabled(!m_workspace.selection().nodes().empty());
    menu->addSeparator();
    auto* select = menu->addMenu(tr("&Select"));
    select->setToolTipsVisible(true);
    for (const auto& group : {m_select, m_paths, m_kinds}) {
        select->addActions(group);
        select->addSeparator();
    }
    menu->addActions(m_show);
    menu->addSeparator();
    menu->addActions(m_go);
    return menu;
}

void GraphActions::showContextMenu(qint64 id, QPoint globalPosition) {
    if (!m_workspace.model())
        return;
    refresh();
    auto* menu = makeContextMenu(&m_window);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addSeparator();
    m_graph.groups().fillMenu(*menu, id);
    menu->popup(globalPosition);
}

} // namespace lapidary
