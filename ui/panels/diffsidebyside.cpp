// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/diffsidebyside.h"

#include "ui/graphview/graphview.h"
#include "ui/panels/diffpicturepage.h"
#include "ui/panels/diffsync.h"
#include "ui/panels/difftable.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>

namespace lapidary {

namespace {

QWidget* titled(QLabel* title, GraphView* view, QWidget* parent) {
    auto* pane = new QWidget(parent);
    auto* layout = new QVBoxLayout(pane);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    title->setContentsMargins(8, 3, 8, 3);
    title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    layout->addWidget(title);
    layout->addWidget(view, 1);
    return pane;
}

} // namespace

DiffSideBySide::DiffSideBySide(DiffSession& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_a(new GraphView(this)), m_b(new GraphView(this)),
      m_titleA(new QLabel(this)), m_titleB(new QLabel(this)),
      m_metric(makeDiffMetricCombo(QStringLiteral("sideMetric"), this)),
      m_together(new QCheckBox(tr("Move together"), this)), m_sync(new DiffSync(*m_a, *m_b, this)) {
    setObjectName(QStringLiteral("diffSideBySide"));
    m_a->setObjectName(QStringLiteral("diffViewA"));
    m_b->setObjectName(QStringLiteral("diffViewB"));
    m_a->setAccessibleName(tr("Graph of A"));
    m_b->setAccessibleName(tr("Graph of B"));
    m_titleA->setObjectName(QStringLiteral("diffTitleA"));
    m_titleB->setObjectName(QStringLiteral("diffTitleB"));
    for (auto* view : {m_a, m_b}) {
        view->setEmptyText(tr("Choose two different models"));
        view->setMinimapVisible(false);
    }
    m_together->setObjectName(QStringLiteral("diffTogether"));
    m_together->setToolTip(tr("Moving, zooming and selecting in one graph does the same to what matches in the other"));
    m_together->setChecked(true);
    auto* label = new QLabel(tr("Colour by"), this);
    label->setBuddy(m_metric);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->setSpacing(8);
    bar->addWidget(m_together);
    bar->addStretch(1);
    bar->addWidget(label);
    bar->addWidget(m_metric);
    auto* graphs = new QSplitter(Qt::Horizontal, this);
    graphs->addWidget(titled(m_titleA, m_a, graphs));
    graphs->addWidget(titled(m_titleB, m_b, graphs));
    graphs->setChildrenCollapsible(false);
    auto* split = new QSplitter(Qt::Vertical, this);
    split->addWidget(graphs);
    split->addWidget(new DiffTable(session, QStringLiteral("sideTable"), split));
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 1);
    split->setSizes({480, 180});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(split, 1);
    connectAll();
}

void DiffSideBySide::connectAll() {
    connect(m_together, &QCheckBox::toggled, m_sync, &DiffSync::setEnabled);
    connect(m_metric, &QComboBox::currentIndexChanged, this, &DiffSideBySide::showDecor);
    connect(m_sync, &DiffSync::selected, this, &DiffSideBySide::choose);
    connect(&m_session, &DiffSession::changed, this, &DiffSideBySide::showPictures);
    connect(&m_session, &DiffSession::currentChanged, this, &DiffSideBySide::showCurrent);
    // Whichever is laid out last follows the other.
    for (auto* view : {m_a, m_b})
        connect(view, &GraphView::pictureShown, this, [this] {
            if (!m_a->isLayingOut() && !m_b->isLayingOut() && m_sync->isEnabled())
                m_sync->setEnabled(true);
        });
}

void DiffSideBySide::setTitles(const QString& a, const QString& b) {
    m_titleA->setText(tr("A: %1").arg(a));
    m_titleB->setText(tr("B: %1").arg(b));
}

void DiffSideBySide::showPictures() {
    const auto data = m_session.data();
    m_entryA.clear();
    m_entryB.clear();
    DiffSync::Matches matches;
    if (!data) {
        m_sync->setMatches({});
        m_a->clear();
        m_b->clear();
        return;
    }
    const auto& nodes = data->models->comparison.diff.nodes;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].a.valid())
            m_entryA[nodes[i].a.number] = int(i);
        if (nodes[i].b.valid())
            m_entryB[nodes[i].b.number] = int(i);
        if (nodes[i].a.valid() && nodes[i].b.valid())
            matches[nodes[i].a.number] = nodes[i].b.number;
    }
    m_sync->setMatches(std::move(matches));
    m_a->setPicture(data->pictureA);
    m_b->setPicture(data->pictureB);
    showDecor();
}

void DiffSideBySide::showDecor() {
    const auto data = m_session.data();
    if (!data)
        return;
    const auto metric = DiffMetric(m_metric->currentData().toInt());
    const auto& values = data->values[std::size_t(metric)];
    m_a->setDecor(std::make_shared<GraphDecor>(buildSideDecor(*data->models, false, metric, values)));
    m_b->setDecor(std::make_shared<GraphDecor>(buildSideDecor(*data->models, true, metric, values)));
}

void DiffSideBySide::choose(bool inB, quint32 id) {
    const auto& entries = inB ? m_entryB : m_entryA;
    if (const auto it = entries.find(id); it != entries.end())
        m_session.setCurrent(it->second);
}

void DiffSideBySide::showCurrent(int entry) {
    const auto data = m_session.data();
    if (!data || entry < 0)
        return;
    const auto& node = data->models->comparison.diff.nodes[std::size_t(entry)];
    const auto show = [](GraphView& view, NodeId id) {
        view.setSelection(id.valid() ? GraphView::Ids{id.number} : GraphView::Ids());
    };
    show(*m_a, node.a);
    show(*m_b, node.b);
    // One leads and the other follows; a node only one side has leads there.
    if (node.b.valid())
        m_b->ensureVisible(node.b.number);
    else
        m_a->ensureVisible(node.a.number);
    if (!m_sync->isEnabled() && node.a.valid())
        m_a->ensureVisible(node.a.number);
}

} // namespace lapidary
