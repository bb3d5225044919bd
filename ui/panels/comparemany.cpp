// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/comparemany.h"

#include "device/hostenvironment.h"
#include "ui/models/numbertext.h"
#include "ui/models/pairedtexts.h"
#include "ui/theme/theme.h"
#include "ui/theme/themedicon.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <cmath>

namespace lapidary {

namespace {

QString dash() {
    return CompareMany::tr("–");
}

QString shareText(const std::optional<Proportion>& share) {
    return share ? CompareMany::tr("%1 (%2 to %3)")
                       .arg(percentText(share->percent), QLocale().toString(share->low, 'f', 1),
                            QLocale().toString(share->high, 'f', 1))
                 : dash();
}

QString differenceText(const ComparedVariant& variant) {
    if (!variant.paired || !variant.paired->difference)
        return dash();
    const auto& difference = *variant.paired->difference;
    return CompareMany::tr("%1 points (%2 to %3)")
        .arg(PairedTexts::points(difference.points), PairedTexts::points(difference.low),
             PairedTexts::points(difference.high));
}

QString chanceText(const ComparedVariant& variant) {
    if (!variant.adjustedP)
        return dash();
    const auto p = PairedTexts::probability(*variant.adjustedP);
    return *variant.adjustedP < 0.05 ? CompareMany::tr("%1, significant").arg(p)
                                     : CompareMany::tr("%1, may be chance").arg(p);
}

QString latencyText(const VariantSummary& summary) {
    return summary.latency
               ? CompareMany::tr("%1 (%2 to %3)")
                     .arg(millisecondsText(summary.latency->median), QLocale().toString(summary.latency->ciLow, 'g', 3),
                          QLocale().toString(summary.latency->ciHigh, 'g', 3))
               : dash();
}

} // namespace

CompareMany::CompareMany(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_caption(new QLabel(this)), m_stop(new QToolButton(this)),
      m_table(new QTreeWidget(this)) {
    setObjectName(QStringLiteral("compareMany"));
    m_caption->setObjectName(QStringLiteral("compareManyCaption"));
    m_caption->setWordWrap(true);
    m_stop->setObjectName(QStringLiteral("compareManyStop"));
    m_stop->setIcon(themedIcon(QStringLiteral("stop")));
    m_stop->setAutoRaise(true);
    m_stop->setToolTip(tr("Stop comparing"));
    m_stop->setAccessibleName(tr("Stop comparing"));
    m_table->setObjectName(QStringLiteral("compareManyTable"));
    m_table->setAccessibleName(tr("Variants in columns"));
    m_table->setAlternatingRowColors(true);
    m_table->setUniformRowHeights(true);
    m_table->setRootIsDecorated(true);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->header()->setStretchLastSection(false);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(12, 8, 12, 8);
    top->addWidget(m_caption, 1);
    top->addWidget(m_stop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(m_table, 1);
    connect(m_stop, &QToolButton::clicked, this, [this] {
        if (m_job)
            m_job->cancel();
    });
    connect(&m_workspace, &Workspace::projectChanged, this, &CompareMany::clear);
    clear();
}

CompareMany::~CompareMany() {
    if (m_job)
        m_job->cancel();
}

void CompareMany::setCaption(const QString& text, bool busy) {
    m_caption->setText(text);
    m_stop->setVisible(busy);
}

void CompareMany::clear() {
    if (m_job)
        m_job->cancel();
    m_job = nullptr;
    m_ids.clear();
    m_table->clear();
    m_table->setHeaderLabels({tr("Number")});
    setCaption(
        tr("Select three variants or more in the tree and choose Compare (Ctrl+D). The variant used as reference, "
           "or else the oldest, comes first."),
        false);
}

void CompareMany::compare(const QList<VariantId>& ids) {
    const auto session = m_workspace.session();
    clear();
    if (!session || ids.size() < 2)
        return;
    m_ids = ids;
    setCaption(tr("Comparing %n variant(s)…", nullptr, int(ids.size())), true);
    ManyRequest request;
    request.variants.assign(ids.begin(), ids.end());
    request.options.threads = hostCores();
    m_job = m_workspace.jobs().start<ManyComparison>(
        tr("Compare %n variant(s)", nullptr, int(ids.size())), Lane::cpu(),
        [session, request](const Work& work) { return compareMany(*session, request, work); }, this,
        [this, ids](const ManyComparison& result) {
            if (ids == m_ids)
                showResult(result);
        },
        [this, ids](const Diagnostic& problem) {
            if (ids == m_ids)
                setCaption(isCancelled(problem) ? tr("Stopped.") : QString::fromStdString(problem.toString()), false);
        });
}

QTreeWidgetItem* CompareMany::section(const QString& title, const QString& tip) {
    auto* item = new QTreeWidgetItem(m_table, {title});
    auto font = item->font(0);
    font.setBold(true);
    item->setFont(0, font);
    item->setToolTip(0, tip);
    item->setFirstColumnSpanned(true);
    return item;
}

void CompareMany::showResult(const ManyComparison& result) {
    m_table->clear();
    QStringList headers{tr("Number")};
    for (const auto& variant : result.variants)
        headers.append(QString::fromStdString(variant.summary.record.name));
    m_table->setColumnCount(int(headers.size()));
    m_table->setHeaderLabels(headers);
    m_table->headerItem()->setToolTip(1, tr("The reference: the others are compared with it"));
    showNumbers(result);
    showLayers(result);
    showSteps(result);
    m_table->expandAll();
    m_table->setColumnWidth(0, 250);
    for (int column = 1; column < m_table->columnCount(); ++column) {
        m_table->headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        m_table->resizeColumnToContents(column);
        m_table->setColumnWidth(column, std::min(m_table->columnWidth(column) + 12, 320));
    }
    QStringList parts{tr("Each against %1.").arg(headers[1])};
    for (const auto& problem : {result.pairedProblem, result.timesProblem})
        if (!problem.empty())
            parts.append(QString::fromStdString(problem));
    setCaption(parts.join(u' '), false);
}

void CompareMany::showNumbers(const ManyComparison& result) {
    auto* numbers = section(tr("Numbers"), tr("What was measured, with 95 % intervals"));
    const auto theme = Theme::of(palette());
    const auto add = [&](const QString& name, const QString& tip, auto text) {
        auto* row = new QTreeWidgetItem(numbers, {name});
        row->setToolTip(0, tip);
        for (std::size_t i = 0; i < result.variants.size(); ++i) {
            row->setText(int(i) + 1, text(result.variants[i]));
            row->setToolTip(int(i) + 1, tip);
            row->setTextAlignment(int(i) + 1, Qt::AlignRight | Qt::AlignVCenter);
        }
        return row;
    };
    add(tr("Top-1 accuracy"), tr("Share of samples whose first answer is the label; 95 % Wilson interval"),
        [](const auto& one) { return shareText(one.summary.top1); });
    auto* difference =
        add(tr("Against the reference"), tr("On the same samples, with the 95 % interval for pairs"), differenceText);
    add(tr("Chance"),
        tr("McNemar's mid-p of a difference at least this large if both were equally good, corrected for so many "
           "comparisons at once (Holm 1979)"),
        chanceText);
    for (std::size_t i = 0; i < result.variants.size(); ++i)
        if (const auto& one = result.variants[i]; one.adjustedP && *one.adjustedP < 0.05 && one.paired)
            difference->setForeground(int(i) + 1,
                                      one.paired->verdict() == PairedVerdict::Better ? theme.good : theme.bad);
    add(tr("Agreement"), tr("Share of samples to which the reference gives the same answer"),
        [](const auto& one) { return one.paired ? shareText(one.paired->agreement) : dash(); });
    add(tr("SQNR of the output"),
        tr("Signal of the reference's output to its difference from this one's; more is closer"), [](const auto& one) {
            return !one.paired                      ? dash()
                   : std::isinf(one.paired->sqnrDb) ? tr("identical")
                                                    : tr("%1 dB").arg(QLocale().toString(one.paired->sqnrDb, 'f', 1));
        });
    add(tr("Latency, median"), tr("Of the newest profile, with the 95 % interval of the median"),
        [](const auto& one) { return latencyText(one.summary); });
    add(tr("File size"), tr("Of the ONNX file"),
        [](const auto& one) { return bytesText(one.summary.record.fileBytes); });
    add(tr("Parameters"), tr("Stored weights"),
        [](const auto& one) { return countText(one.summary.record.parameters); });
    add(tr("MACs"), tr("Multiply-accumulate operations for one sample"),
        [](const auto& one) { return countText(one.summary.record.macs); });
}

void CompareMany::showLayers(const ManyComparison& result) {
    const bool times = result.timesProblem.empty();
    auto* layers =
        section(times ? tr("Layers, time") : tr("Layers, MACs"),
                tr("Layers that compute, matched with those of the reference; a dash: not there or not measured"));
    for (const auto& layer : result.layers) {
        auto* row = new QTreeWidgetItem(layers, {QString::fromStdString(layer.name)});
        row->setToolTip(0, QString::fromStdString(layer.opType));
        for (std::size_t i = 0; i < result.variants.size(); ++i) {
            const auto macs = layer.macs[i] ? countText(*layer.macs[i]) : dash();
            row->setText(int(i) + 1, !times ? macs : layer.ms[i] ? millisecondsText(*layer.ms[i]) : dash());
            row->setToolTip(int(i) + 1, tr("%1 MACs").arg(macs));
            row->setTextAlignment(int(i) + 1, Qt::AlignRight | Qt::AlignVCenter);
        }
    }
}

void CompareMany::showSteps(const ManyComparison& result) {
    auto* steps = section(tr("Recipe"), tr("What was done to the source model, in bold where the variants differ"));
    for (const auto& step : result.steps) {
        auto* row = new QTreeWidgetItem(steps, {QString::fromStdString(step.pass)});
        for (std::size_t i = 0; i < result.variants.size(); ++i) {
            const auto& settings = step.settings[i];
            const int column = int(i) + 1;
            row->setText(column, !settings           ? dash()
                                 : settings->empty() ? tr("defaults")
                                                     : QString::fromStdString(*settings));
            row->setToolTip(column, row->text(column));
            row->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        }
        auto font = row->font(0);
        font.setBold(step.differs());
        for (int column = 0; column < m_table->columnCount(); ++column)
            row->setFont(column, font);
    }
}

} // namespace lapidary
