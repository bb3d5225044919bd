// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/diffpicturepage.h"

#include "ui/graphview/graphview.h"
#include "ui/theme/themedicon.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace lapidary {

QComboBox* makeDiffMetricCombo(const QString& name, QWidget* parent) {
    auto* combo = new QComboBox(parent);
    combo->setObjectName(name);
    combo->setToolTip(
        DiffPicturePage::tr("What the nodes' colours show: kinds of difference, or B against A in numbers"));
    combo->setAccessibleName(DiffPicturePage::tr("Colour by"));
    for (const auto metric : {DiffMetric::None, DiffMetric::Macs, DiffMetric::Parameters, DiffMetric::Bytes,
                              DiffMetric::Time, DiffMetric::Sparsity})
        combo->addItem(DiffTexts::metricName(metric), int(metric));
    return combo;
}

QString diffLine(const ComparisonData& data, int entry) {
    const auto& nodes = data.models->comparison.diff.nodes;
    if (entry < 0 || entry >= int(nodes.size()))
        return {};
    const auto& node = nodes[std::size_t(entry)];
    QStringList parts{QStringLiteral("<b>%1</b> %2")
                          .arg(QString::fromStdString(node.name).toHtmlEscaped(),
                               QString::fromStdString(node.opType).toHtmlEscaped()),
                      DiffTexts::kindText(node).toHtmlEscaped()};
    for (const auto& text : {DiffTexts::changeText(node, *data.models), DiffTexts::matchText(node)})
        if (!text.isEmpty())
            parts.append(text.toHtmlEscaped());
    return parts.join(QStringLiteral(" · "));
}

DiffPicturePage::DiffPicturePage(DiffSession& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_view(new GraphView(this)),
      m_onlyChanges(new QCheckBox(tr("Only what changed"), this)),
      m_metric(makeDiffMetricCombo(QStringLiteral("diffMetric"), this)), m_detail(new QLabel(this)),
      m_export(new QToolButton(this)) {
    setObjectName(QStringLiteral("diffPicturePage"));
    m_view->setObjectName(QStringLiteral("diffView"));
    m_view->setAccessibleName(tr("Both models as one graph"));
    m_view->setEmptyText(tr("Choose two different models"));
    m_onlyChanges->setObjectName(QStringLiteral("diffOnlyChanges"));
    m_onlyChanges->setToolTip(tr("Runs of unchanged nodes become one node each; double-click opens one"));
    m_detail->setObjectName(QStringLiteral("diffDetail"));
    m_detail->setTextFormat(Qt::RichText);
    m_detail->setWordWrap(true);
    m_detail->setContentsMargins(10, 5, 10, 5);
    m_detail->setMinimumHeight(m_detail->fontMetrics().height() + 12);
    auto* fit = new QToolButton(this);
    fit->setObjectName(QStringLiteral("diffFit"));
    fit->setIcon(themedIcon(QStringLiteral("zoom-fit")));
    fit->setToolTip(tr("Show the whole picture (Space)"));
    fit->setAutoRaise(true);
    m_export->setObjectName(QStringLiteral("diffExport"));
    m_export->setIcon(themedIcon(QStringLiteral("save")));
    m_export->setAccessibleName(tr("Export the picture"));
    m_export->setAutoRaise(true);
    auto* label = new QLabel(tr("Colour by"), this);
    label->setBuddy(m_metric);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->setSpacing(8);
    bar->addWidget(m_onlyChanges);
    bar->addStretch(1);
    bar->addWidget(label);
    bar->addWidget(m_metric);
    bar->addWidget(m_export);
    bar->addWidget(fit);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_detail);
    connect(m_export, &QToolButton::clicked, this, &DiffPicturePage::exportWanted);
    connect(fit, &QToolButton::clicked, m_view, &GraphView::fit);
    connect(m_onlyChanges, &QCheckBox::toggled, this, [this] {
        m_opened.clear();
        showPicture();
    });
    connect(m_metric, &QComboBox::currentIndexChanged, this, &DiffPicturePage::showDecor);
    connect(m_view, &GraphView::nodeActivated, this, &DiffPicturePage::activate);
    connect(m_view, &GraphView::pictureShown, this, [this] { showCurrent(m_session.current()); });
    connect(m_view, &GraphView::selectionChanged, this, [this](const GraphView::Ids& ids) {
        const auto it =
            ids.size() == 1 && m_shown ? m_shown->entryOf.find(*ids.begin()) : decltype(m_shown->entryOf.end())();
        if (ids.size() == 1 && m_shown && it != m_shown->entryOf.end())
            m_session.setCurrent(int(it->second));
    });
    connect(&m_session, &DiffSession::changed, this, [this] {
        m_opened.clear();
        showPicture();
    });
    connect(&m_session, &DiffSession::currentChanged, this, &DiffPicturePage::showCurrent);
    connect(this, &DiffPicturePage::pictureChanged, this, &DiffPicturePage::showWhetherToExport);
    showWhetherToExport();
}

void DiffPicturePage::showWhetherToExport() {
    m_export->setEnabled(hasPicture());
    m_export->setToolTip(hasPicture()
                             ? tr("Write the picture as PNG, SVG or PDF (Ctrl+Shift+G)")
                             : tr("Write the picture as PNG, SVG or PDF\nNot now: no two models are compared"));
}

DiffMetric DiffPicturePage::metric() const {
    return DiffMetric(m_metric->currentData().toInt());
}

void DiffPicturePage::showPicture() {
    const auto data = m_session.data();
    m_detail->clear();
    if (!data) {
        m_shown = nullptr;
        m_view->setEmptyText(m_session.isBusy() ? tr("Comparing…") : tr("Choose two different models"));
        m_view->clear();
        Q_EMIT pictureChanged();
        return;
    }
    m_shown = m_onlyChanges->isChecked()
                  ? std::make_shared<const DiffPicture>(foldUnchanged(data->picture, 1, m_opened))
                  : std::shared_ptr<const DiffPicture>(data, &data->picture);
    m_view->setPicture(m_shown->picture);
    showDecor();
    Q_EMIT pictureChanged();
    const auto& diff = data->models->comparison.diff;
    if (diff.added + diff.removed + diff.changed == 0)
        m_detail->setText(tr("The two graphs are the same."));
    else
        m_detail->setText(tr("%n difference(s). F8 goes to the next, Shift+F8 to the one before.", nullptr,
                             int(m_session.stops().size())));
}

void DiffPicturePage::showDecor() {
    const auto data = m_session.data();
    if (!data || !m_shown)
        return;
    auto decor = buildDiffDecor(*m_shown, *data->models, metric(), data->values[std::size_t(metric())]);
    m_view->setDecor(std::make_shared<GraphDecor>(std::move(decor)));
    if (metric() == DiffMetric::Time) {
        const auto why =
            whyNoTimes(data->profileA ? &*data->profileA : nullptr, data->profileB ? &*data->profileB : nullptr);
        if (!why.isEmpty())
            m_detail->setText(why.toHtmlEscaped());
    }
}

void DiffPicturePage::showCurrent(int entry) {
    const auto data = m_session.data();
    if (!data || !m_shown || entry < 0)
        return;
    m_detail->setText(diffLine(*data, entry));
    const auto id = m_shown->idOf[std::size_t(entry)];
    m_view->setSelection({id});
    m_view->ensureVisible(id);
}

void DiffPicturePage::activate(quint32 id) {
    if (!m_shown || !m_shown->folded.count(id))
        return;
    m_opened.insert(id);
    showPicture();
}

} // namespace lapidary
