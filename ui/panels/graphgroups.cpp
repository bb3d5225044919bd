// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/graphgroups.h"

#include "ui/graphview/isolate.h"
#include "ui/models/graphpicturebuilder.h"
#include "ui/models/grouptexts.h"

#include <QMenu>

#include <algorithm>

namespace lapidary {

struct GraphGroups::Made {
    AnalysedModelPtr model;
    VariantId variant = 0;
    PictureIdsPtr ids;
    GroupState state;
    GraphScene scene;
};

GraphGroups::GraphGroups(Workspace& workspace, GraphView& view, QObject* parent)
    : QObject(parent), m_workspace(workspace), m_view(view), m_maker(this) {
    connect(&workspace, &Workspace::projectChanged, this, [this] {
        m_maker.cancel();
        m_states.clear();
        m_state = {};
    });
    connect(&view, &GraphView::expandRequested, this, &GraphGroups::expand);
    connect(&view, &GraphView::collapseRequested, this, &GraphGroups::collapse);
    connect(&view, &GraphView::hiddenWanted, this, &GraphGroups::reveal);
    connect(&view, &GraphView::pictureShown, this, [this] {
        if (m_wanted && m_view.picture() && m_view.picture()->indexOf(*m_wanted))
            m_view.ensureVisible(*std::exchange(m_wanted, std::nullopt));
    });
}

GraphGroups::~GraphGroups() = default;

void GraphGroups::rebuild(LayoutDirection direction) {
    m_direction = direction;
    start(std::nullopt);
}

void GraphGroups::start(std::optional<GraphView::Anchor> anchor) {
    const auto model = m_workspace.model();
    if (!model)
        return;
    const auto variant = m_workspace.current();
    const bool same = model == m_model;
    const auto known = m_states.find(variant);
    auto state = same || known == m_states.end() ? m_state : known->second;
    m_maker.start(
        [=, ids = same ? m_ids : nullptr, direction = m_direction, only = m_only, texts = m_texts,
         hidden = tr("%1 hidden").toStdString()](const Work&) {
            auto made = std::make_shared<Made>();
            made->model = model;
            made->variant = variant;
            made->ids = ids ? ids : std::make_shared<PictureIds>(GraphHierarchy::build(*model->model));
            const auto& hierarchy = made->ids->hierarchy();
            made->state = ids ? state : state.carriedTo(hierarchy);
            const auto shown = only.empty() ? made->state : GroupState::allOpen(hierarchy);
            made->scene = buildGraphScene(*model, made->ids, shown, direction,
                                          texts.constants ? ConstantNodes::Folded : ConstantNodes::Shown);
            writePictureTexts(made->scene, *model, texts);
            if (!only.empty()) {
                std::unordered_set<std::uint32_t> numbers;
                for (const auto id : only)
                    numbers.insert(made->scene.shown(0, id).value_or(id.number));
                made->scene.picture = isolatedPicture(made->scene.picture, numbers, hidden);
            }
            return made;
        },
        [this, anchor](std::shared_ptr<Made> made) { adopt(std::move(*made), anchor); });
}

void GraphGroups::adopt(Made made, std::optional<GraphView::Anchor> anchor) {
    m_model = std::move(made.model);
    m_ids = std::move(made.ids);
    m_state = made.state;
    m_states[made.variant] = std::move(made.state);
    auto picture = std::move(made.scene.picture);
    made.scene.picture = {};
    m_scene = std::make_shared<GraphScene>(std::move(made.scene));
    m_view.setPicture(std::move(picture), anchor);
    Q_EMIT sceneChanged();
}

void GraphGroups::apply(std::optional<GraphView::Anchor> anchor) {
    m_states[m_workspace.current()] = m_state;
    start(anchor);
}

quint32 GraphGroups::shown(NodeId node) const {
    return m_scene ? m_scene->shown(0, node).value_or(node.number) : node.number;
}

std::set<NodeId> GraphGroups::nodesOf(const GraphView::Ids& ids) const {
    std::set<NodeId> nodes;
    for (const auto id : ids) {
        if (m_scene) {
            const auto members = m_scene->mainNodes(id);
            nodes.insert(members.begin(), members.end());
        } else if (id < groupIdBase) {
            nodes.insert(NodeId{id});
        }
    }
    return nodes;
}

bool GraphGroups::isExpandable(quint32 id) const {
    return m_scene && m_scene->expandable(id) >= 0;
}

void GraphGroups::expand(quint32 id) {
    if (!m_scene || m_model != m_workspace.model())
        return;
    const auto group = m_scene->expandable(id);
    if (group < 0)
        return;
    const auto& hierarchy = m_ids->hierarchy();
    m_state.set(hierarchy.group(group), GroupState::Show::Framed);
    for (const auto child : hierarchy.group(group).children)
        if (hierarchy.group(child).kind == GroupKind::Body)
            m_state.set(hierarchy.group(child), GroupState::Show::Framed);
    const auto own = m_ids->group(group);
    apply(GraphView::Anchor{own, own});
}

void GraphGroups::collapse(quint32 id) {
    if (!m_scene || m_model != m_workspace.model())
        return;
    const auto group = m_scene->collapsible(id);
    if (group < 0)
        return;
    m_state.set(m_ids->hierarchy().group(group), GroupState::Show::Closed);
    const auto own = m_ids->group(group);
    const auto& picture = m_view.picture();
    // Without a frame on the screen the node that the user closes the group at holds the view.
    const bool framed = picture && !picture->indexOf(own) && !picture->layout().groupBoxes.empty() &&
                        std::any_of(picture->picture().groups.begin(), picture->picture().groups.end(),
                                    [own](const PictureGroup& frame) { return frame.id == own; });
    apply(GraphView::Anchor{framed ? own : id, own});
}

void GraphGroups::expandCurrent() {
    if (const auto id = m_view.current())
        expand(*id);
}

void GraphGroups::collapseCurrent() {
    if (const auto id = m_view.current())
        collapse(*id);
}

void GraphGroups::expandAll() {
    if (!m_ids)
        return;
    m_state = GroupState::allOpen(m_ids->hierarchy());
    apply();
}

void GraphGroups::collapseAll() {
    if (!m_ids)
        return;
    m_state = GroupState::allClosed(m_ids->hierarchy());
    apply();
}

void GraphGroups::collapseToBlocks() {
    if (!m_ids)
        return;
    m_state = GroupState::blocks(m_ids->hierarchy());
    apply();
}

void GraphGroups::reveal(quint32 id) {
    const auto ref = m_scene && m_model == m_workspace.model() ? m_ids->find(id) : std::nullopt;
    if (!ref)
        return;
    if (const auto reader = m_scene->folded.find(id); reader != m_scene->folded.end()) {
        m_view.ensureVisible(reader->second);
        return;
    }
    m_wanted = id;
    if (m_scene->hiddenBy(id) < 0)
        return; // its picture is on the way
    const auto& hierarchy = m_ids->hierarchy();
    const auto around = ref->group >= 0                     ? hierarchy.group(ref->group).parent
                        : ref->kind == SceneRef::Kind::Node ? hierarchy.groupOf(ref->instance, ref->node)
                                                            : hierarchy.instance(ref->instance).group;
    const auto own = m_ids->group(m_scene->hiddenBy(id));
    m_state.reveal(hierarchy, around);
    apply(GraphView::Anchor{own, own});
}

void GraphGroups::fillMenu(QMenu& menu, qint64 id) {
    const auto at = quint32(id);
    const auto closed = id >= 0 && m_scene ? m_scene->expandable(at) : -1;
    const auto open = id >= 0 && m_scene ? m_scene->collapsible(at) : -1;
    const auto add = [&](const char* name, const QString& text, const QString& tip, bool enabled, auto slot) {
        auto* action = menu.addAction(text, this, slot);
        action->setObjectName(QString::fromLatin1(name));
        action->setEnabled(enabled);
        action->setToolTip(tip);
    };
    const auto named = [&](const QString& text, const QString& plain, std::int32_t group) {
        return group < 0 ? plain : text.arg(GroupTexts::mention(m_ids->hierarchy().group(group)));
    };
    add("menuExpand", named(tr("&Expand “%1”"), tr("&Expand"), closed),
        closed < 0 ? tr("Not now: there is no closed group here") : tr("Show what is in this group"), closed >= 0,
        [this, at] { expand(at); });
    add("menuCollapse", named(tr("&Collapse “%1”"), tr("&Collapse"), open),
        open < 0 ? tr("Not now: there is no open group here") : tr("Make the group around this one node"), open >= 0,
        [this, at] { collapse(at); });
    menu.addSeparator();
    const bool any = m_ids && m_ids->hierarchy().groups().size() > 1;
    const auto whyNot = any ? QString() : tr("Not now: this graph has no groups");
    add("menuExpandAll", tr("Expand &all"), any ? tr("Open every group") : whyNot, any, [this] { expandAll(); });
    add("menuCollapseAll", tr("Co&llapse all"), any ? tr("Close every group") : whyNot, any, [this] { collapseAll(); });
    add("menuCollapseToBlocks", tr("Collapse to &blocks"), any ? tr("One node for each block of the network") : whyNot,
        any, [this] { collapseToBlocks(); });
    menu.setToolTipsVisible(true);
}

} // namespace lapidary
