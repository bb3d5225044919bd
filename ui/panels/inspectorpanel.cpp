// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/inspectorpanel.h"

#include "ui/models/grouptexts.h"
#include "ui/panels/inspectorbrowser.h"
#include "ui/panels/tensorpanel.h"

#include <QDesktopServices>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QScopedValueRollback>
#include <QTabWidget>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

#include <utility>

namespace lapidary {

namespace {

constexpr int textPage = 0, tensorPage = 1;
constexpr std::size_t longestHistory = 200;

QToolButton* walkButton(const char* name, const QString& sign, const QString& tip, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setObjectName(QString::fromLatin1(name));
    button->setText(sign);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setAutoRaise(true);
    return button;
}

/// Nodes below a group that stand in the same graph as it, owners of bodies among them.
std::set<NodeId> nodesIn(const GraphHierarchy& hierarchy, std::int32_t index) {
    const auto& group = hierarchy.group(index);
    if (group.kind == GroupKind::Control)
        return {group.owner};
    std::set<NodeId> nodes(group.nodes.begin(), group.nodes.end());
    for (const auto child : group.children)
        nodes.merge(nodesIn(hierarchy, child));
    return nodes;
}

} // namespace

InspectorPanel::InspectorPanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace),
      m_back(walkButton("inspectorBack", QStringLiteral("‹"), tr("Back to what was inspected before"), this)),
      m_forward(walkButton("inspectorForward", QStringLiteral("›"), tr("Forward again"), this)),
      m_place(new QLabel(this)), m_tabs(new QTabWidget(this)), m_text(new InspectorBrowser(this)),
      m_tensors(new TensorPanel(workspace.jobs(), this)), m_groupFinder(this) {
    setObjectName(QStringLiteral("inspectorPanel"));
    m_text->setObjectName(QStringLiteral("inspectorText"));
    m_text->setAccessibleName(tr("Inspector"));
    m_place->setObjectName(QStringLiteral("inspectorPlace"));
    m_place->setTextInteractionFlags(Qt::TextBrowserInteraction);
    m_tabs->setObjectName(QStringLiteral("inspectorTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_text, tr("Facts"));
    m_tabs->addTab(m_tensors, tr("Tensors"));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(4, 2, 8, 0);
    row->setSpacing(0);
    row->addWidget(m_back);
    row->addWidget(m_forward);
    row->addSpacing(6);
    row->addWidget(m_place, 1);
    m_place->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // long names do not widen the panel
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(row);
    layout->addWidget(m_tabs, 1);
    connect(m_text, &QTextBrowser::anchorClicked, this, [this](const QUrl& url) { follow(url.toString()); });
    connect(m_place, &QLabel::linkActivated, this, &InspectorPanel::follow);
    connect(m_back, &QToolButton::clicked, this, [this] { walk(-1); });
    connect(m_forward, &QToolButton::clicked, this, [this] { walk(1); });
    connect(m_tabs, &QTabWidget::tabBarClicked, this, [this](int page) { m_wantsTensors = page == tensorPage; });
    connect(m_tensors, &TensorPanel::failed, &m_workspace, &Workspace::message);
    connect(m_tensors, &TensorPanel::exported, this, [this](const QString& file, const QString& conversion) {
        const auto name = QFileInfo(file).fileName();
        Q_EMIT m_workspace.notice(conversion.isEmpty() ? tr("Wrote %1").arg(name)
                                                       : tr("Wrote %1; %2").arg(name, conversion));
    });
    connect(&m_workspace.selection(), &NodeSelection::changed, this, &InspectorPanel::followSelection);
    connect(&m_workspace, &Workspace::modelChanged, this, &InspectorPanel::adoptModel);
    connect(&m_workspace, &Workspace::measured, this, [this] {
        m_times.clear();
        m_profile = m_workspace.profile();
        if (m_profile)
            for (const auto& time : m_profile->nodes)
                m_times.emplace(time.node, &time);
        showSubject(true);
    });
    connect(&m_workspace, &Workspace::previewChanged, this, [this] {
        if (m_subject.node.valid())
            showSubject(true);
    });
    adoptModel();
}

InspectorPanel::~InspectorPanel() = default;

void InspectorPanel::adoptModel() {
    const auto model = m_workspace.model();
    m_history.clear();
    m_at = -1;
    m_times.clear();
    m_profile.reset();
    m_groups.reset();
    m_groupFinder.cancel();
    m_main = model ? InspectedGraph::main(model) : nullptr;
    m_subject = selected();
    remember();
    showSubject();
}

/// Which channels hang together is found once per model, when the first node is looked at.
void InspectorPanel::findGroups() {
    if (m_groups || !m_main || !m_subject.node.valid() || !m_subject.place->isMain())
        return;
    m_groups = std::make_shared<ChannelGroups>(); // asked for; nothing known yet
    m_groupFinder.start(
        [model = m_main->modelPtr()](const Work&) -> std::shared_ptr<const ChannelGroups> {
            return std::make_shared<ChannelGroups>(findChannelGroups(*model->model, model->shapes));
        },
        [this](std::shared_ptr<const ChannelGroups> groups) {
            m_groups = std::move(groups);
            showSubject(true);
        });
}

void InspectorPanel::inspectInside(const GraphHierarchy& hierarchy, std::int32_t instance, NodeId node) {
    if (const auto place = InspectedGraph::at(m_main, hierarchy, instance); place && place->graph().node(node))
        inspect({place, node, {}, {}});
}

void InspectorPanel::inspectValue(ValueId value) {
    if (m_main && m_main->graph().value(value))
        inspect({m_main, {}, {}, value});
}

void InspectorPanel::inspectValuesInside(const GraphHierarchy& hierarchy, std::int32_t instance,
                                         std::vector<ValueId> values) {
    const auto place = instance == 0 ? m_main : InspectedGraph::at(m_main, hierarchy, instance);
    if (!place)
        return;
    std::erase_if(values, [&](ValueId value) { return !place->graph().value(value); });
    if (values.size() == 1)
        inspect({place, {}, {}, values.front()});
    else if (!values.empty())
        inspect({place, {}, {}, {}, std::move(values)});
}

void InspectorPanel::inspectGroup(const GraphHierarchy& hierarchy, std::int32_t group) {
    InspectorSubject subject = selected();
    const auto instance = hierarchy.group(group).kind == GroupKind::Control ? hierarchy.group(group).ownerInstance
                                                                            : hierarchy.group(group).instance;
    if (instance > 0)
        subject = {InspectedGraph::at(m_main, hierarchy, instance), {}, nodesIn(hierarchy, group), {}};
    if (!subject.place || subject.nodes.empty())
        return;
    if (subject.nodes.size() == 1)
        subject.node = *subject.nodes.begin();
    subject.group = GroupTexts::description(hierarchy, group);
    // The plain selection was looked at for no longer than it took to get here.
    if (m_at >= 0 && m_history[std::size_t(m_at)] == selected())
        m_history[std::size_t(m_at)] = subject;
    inspect(subject);
}

InspectorSubject InspectorPanel::only(NodeId node) const {
    return {m_subject.place, node, {node}, {}};
}

InspectorSubject InspectorPanel::selected() const {
    if (!m_main)
        return {};
    InspectorSubject subject{m_main, {}, {}, {}};
    for (const auto id : m_workspace.selection().nodes())
        if (m_main->graph().node(id))
            subject.nodes.insert(id);
    if (const auto current = m_workspace.selection().current(); m_main->graph().node(current))
        subject.node = current;
    return subject;
}

void InspectorPanel::followSelection() {
    if (m_walking)
        return;
    m_subject = selected();
    remember();
    showSubject();
}

void InspectorPanel::inspect(const InspectorSubject& subject) {
    if (subject == m_subject || !subject.place)
        return;
    m_subject = subject;
    remember();
    if (subject.place->isMain() && !subject.value.valid() && subject.values.empty()) {
        const QScopedValueRollback guard(m_walking, true);
        m_workspace.selection().set(subject.nodes, subject.node);
    }
    showSubject();
}

void InspectorPanel::remember() {
    if (m_at >= 0 && m_history[std::size_t(m_at)] == m_subject)
        return;
    m_history.resize(std::size_t(m_at + 1));
    m_history.push_back(m_subject);
    if (m_history.size() > longestHistory)
        m_history.erase(m_history.begin());
    m_at = int(m_history.size()) - 1;
}

void InspectorPanel::walk(int step) {
    const int target = m_at + step;
    if (target < 0 || target >= int(m_history.size()))
        return;
    m_at = target;
    const auto subject = m_history[std::size_t(target)];
    m_subject = subject;
    if (subject.place && subject.place->isMain()) {
        const QScopedValueRollback guard(m_walking, true);
        m_workspace.selection().set(subject.nodes, subject.node);
    }
    showSubject();
    Q_EMIT walked();
}

void InspectorPanel::follow(const QString& link) {
    const auto colon = link.indexOf(u':');
    const auto kind = link.left(colon);
    const auto before = m_subject;
    inspectLinked(link, kind, colon < 0 ? QString() : link.mid(colon + 1));
    if (!(m_subject == before))
        Q_EMIT walked();
}

void InspectorPanel::inspectLinked(const QString& link, const QString& kind, const QString& rest) {
    const auto number = rest.toUInt();
    const auto& place = m_subject.place;
    if (kind == QStringLiteral("https") || kind == QStringLiteral("http")) {
        QDesktopServices::openUrl(QUrl(link));
    } else if (kind == QStringLiteral("fold") || kind == QStringLiteral("more")) {
        followFold(link);
    } else if (!place) {
        return;
    } else if (kind == QStringLiteral("node") && place->graph().node(NodeId{number})) {
        inspect(only(NodeId{number}));
    } else if (kind == QStringLiteral("value") && place->graph().value(ValueId{number})) {
        inspect({place, {}, {}, ValueId{number}});
    } else if (kind == QStringLiteral("tensor")) {
        m_wantsTensors = true;
        m_tabs->setCurrentIndex(tensorPage);
        m_tensors->showValue(ValueId{number});
    } else if (kind == QStringLiteral("graph") && place->graph().node(m_subject.node)) {
        inspect({place->inside(*place->graph().node(m_subject.node), number), {}, {}, {}});
    } else if (kind == QStringLiteral("function") && number < place->model().model->functions.size()) {
        inspect({InspectedGraph::ofFunction(place->modelPtr(), *place->model().model->functions[number]), {}, {}, {}});
    } else if (kind == QStringLiteral("model")) {
        inspect({m_main, {}, {}, {}});
    } else if (kind == QStringLiteral("up")) {
        if (place->parent())
            inspect({place->parent(), place->owner(), {place->owner()}, {}});
    } else if (kind == QStringLiteral("here")) {
        inspect({place, {}, {}, {}});
    } else if (kind == QStringLiteral("select")) {
        std::set<NodeId> nodes;
        for (const auto& node : place->graph().nodes())
            if (QString::fromStdString(node->opType) == rest)
                nodes.insert(node->id);
        m_workspace.selection().set(nodes);
    }
}

void InspectorPanel::followFold(const QString& key) {
    if (!m_opened.remove(key))
        m_opened.insert(key);
    showSubject(true);
}

void InspectorPanel::showSubject(bool keepPlace) {
    if (!keepPlace) {
        // What was unfolded to its full length is folded for the next one; documentation stays as the user left it.
        for (const auto& key : QSet<QString>(m_opened))
            if (key.startsWith(QStringLiteral("more:")))
                m_opened.remove(key);
        showTensors();
    }
    findGroups();
    m_back->setEnabled(m_at > 0);
    m_forward->setEnabled(m_at + 1 < int(m_history.size()));
    showPlace();
    m_text->showPage(pageHtml(), keepPlace);
}

/// The way from the model to what is shown, all but the last a link.
void InspectorPanel::showPlace() {
    if (!m_subject.place) {
        m_place->clear();
        return;
    }
    const auto& place = *m_subject.place;
    const auto& graph = place.graph();
    QStringList parts{
        HtmlParts::link(QStringLiteral("model"), tr("Model", "the way to what is inspected begins here"))};
    if (!place.isMain()) {
        if (place.parent())
            parts.append(HtmlParts::link(QStringLiteral("up"), QStringLiteral("↑")));
        parts.append(HtmlParts::link(QStringLiteral("here"), HtmlParts::escaped(place.title())));
    }
    if (const auto* value = graph.value(m_subject.value))
        parts.append(HtmlParts::escaped(value->name));
    else if (m_subject.values.size() > 1)
        parts.append(tr("%n tensor(s)", nullptr, int(m_subject.values.size())));
    else if (m_subject.nodes.size() > 1)
        parts.append(tr("%1 nodes").arg(m_subject.nodes.size()));
    else if (const auto* node = graph.node(m_subject.node))
        parts.append(HtmlParts::escaped(displayName(*node)));
    m_place->setText(parts.join(QStringLiteral(" › ")));
    m_place->setToolTip(tr("Where this is; links lead back to the whole"));
}

void InspectorPanel::showTensors() {
    std::vector<InspectedTensor> tensors;
    if (m_subject.place && m_subject.value.valid())
        tensors = InspectedTensors::ofValue(*m_subject.place, m_subject.value);
    else if (m_subject.values.size() > 1)
        for (const auto value : m_subject.values)
            for (auto& tensor : InspectedTensors::ofValue(*m_subject.place, value))
                tensors.push_back(std::move(tensor));
    else if (const auto* node = m_subject.place ? m_subject.place->graph().node(m_subject.node) : nullptr)
        tensors = InspectedTensors::ofNode(*m_subject.place, *node);
    const bool some = !tensors.empty();
    m_tensors->setTensors(std::move(tensors));
    m_tabs->setTabText(tensorPage, some ? tr("Tensors (%1)").arg(m_tensors->count()) : tr("Tensors"));
    m_tabs->setTabEnabled(tensorPage, some);
    m_tabs->setTabToolTip(tensorPage, some ? QString() : tr("What is selected has no weights or constants"));
    m_tabs->setCurrentIndex(some && m_wantsTensors ? tensorPage : textPage);
}

QString InspectorPanel::pageHtml() const {
    if (!m_subject.place)
        return QStringLiteral("<p>%1</p>").arg(HtmlParts::muted(tr("Nothing is open.")));
    InspectorFacts facts;
    facts.place = m_subject.place;
    facts.opened = &m_opened;
    facts.times = m_times.empty() ? nullptr : &m_times;
    facts.groups = m_groups.get();
    facts.preview = m_workspace.preview() ? &*m_workspace.preview() : nullptr;
    const auto& graph = m_subject.place->graph();
    if (m_subject.value.valid())
        return ValuePage(facts).html(m_subject.value);
    if (m_subject.values.size() > 1)
        return ValuePage(facts).html(m_subject.values);
    const auto group = m_subject.group.isEmpty() ? QString() : QStringLiteral("<p>%1</p>").arg(m_subject.group);
    if (m_subject.nodes.size() > 1)
        return group + SelectionPage(facts).html(m_subject.nodes);
    if (const auto* node = graph.node(m_subject.node))
        return group + NodePage(facts, *node).html();
    return ModelPage(facts).html();
}

} // namespace lapidary
