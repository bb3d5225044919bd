// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/comparesummary.h"

#include "ui/models/numbertext.h"

#include <QHeaderView>
#include <QSplitter>
#include <QTableWidget>
#include <QTextBrowser>
#include <QTextDocument>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <cmath>

namespace lapidary {

namespace {

struct NumberRow {
    QString name, a, b, change;
};

QString shareText(const std::optional<Proportion>& share) {
    return share ? percentText(share->percent) : CompareSummary::tr("–");
}

NumberRow shareRow(const QString& name, const std::optional<Proportion>& a, const std::optional<Proportion>& b) {
    NumberRow row{name, shareText(a), shareText(b), {}};
    if (a && b)
        row.change = CompareSummary::tr("%1 points").arg(b->percent - a->percent, 0, 'f', 2);
    return row;
}

std::vector<NumberRow> numberRows(const VariantSummary& a, const VariantSummary& b) {
    const auto count = [](const QString& name, quint64 x, quint64 y, auto text) {
        return NumberRow{name, text(x), text(y), x == y ? QString() : changeText(double(x), double(y))};
    };
    std::vector<NumberRow> rows = {
        shareRow(CompareSummary::tr("Top-1 accuracy"), a.top1, b.top1),
        shareRow(CompareSummary::tr("Top-5 accuracy"), a.top5, b.top5),
        shareRow(CompareSummary::tr("Agreement"), a.agreement, b.agreement),
        count(CompareSummary::tr("File size"), a.record.fileBytes, b.record.fileBytes, bytesText),
        count(CompareSummary::tr("Parameters"), a.record.parameters, b.record.parameters, countText),
        count(CompareSummary::tr("MACs"), a.record.macs, b.record.macs, countText),
    };
    NumberRow latency{CompareSummary::tr("Latency, median"), CompareSummary::tr("–"), CompareSummary::tr("–"), {}};
    if (a.latency)
        latency.a = millisecondsText(a.latency->median);
    if (b.latency)
        latency.b = millisecondsText(b.latency->median);
    if (a.latency && b.latency) {
        const bool apart = a.latency->ciHigh < b.latency->ciLow || b.latency->ciHigh < a.latency->ciLow;
        latency.change =
            apart ? changeText(a.latency->median, b.latency->median) : CompareSummary::tr("no clear difference");
    }
    rows.push_back(latency);
    return rows;
}

QString layersHtml(const DiffSession& session) {
    if (!session.data())
        return {};
    const auto& diff = session.data()->models->comparison.diff;
    auto text = CompareSummary::tr("Layers: %1 the same, %2 changed, %3 added, %4 removed.")
                    .arg(diff.same)
                    .arg(diff.changed)
                    .arg(diff.added)
                    .arg(diff.removed);
    if (diff.attached > 0)
        text += QLatin1Char(' ') +
                CompareSummary::tr("%n of them were folded or inserted around others.", nullptr, int(diff.attached));
    return QStringLiteral("<p>%1</p>").arg(text);
}

} // namespace

CompareSummary::CompareSummary(DiffSession& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_numbers(new QTableWidget(this)), m_changes(new QTreeWidget(this)),
      m_outputs(new QTextBrowser(this)) {
    setObjectName(QStringLiteral("compareSummary"));
    m_numbers->setObjectName(QStringLiteral("compareNumbers"));
    m_numbers->setColumnCount(4);
    m_numbers->setHorizontalHeaderLabels({tr("Number"), tr("A"), tr("B"), tr("B against A")});
    for (int column = 1; column < m_numbers->columnCount(); ++column)
        m_numbers->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_numbers->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_numbers->horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_numbers->horizontalHeader()->setMinimumSectionSize(84);
    m_numbers->verticalHeader()->hide();
    m_numbers->verticalHeader()->setDefaultSectionSize(26);
    m_numbers->setWordWrap(false);
    m_numbers->setSelectionMode(QAbstractItemView::NoSelection);
    m_numbers->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_numbers->setShowGrid(false);
    m_changes->setObjectName(QStringLiteral("compareChanges"));
    m_changes->setHeaderLabels({tr("Layer"), tr("Operator"), tr("What changed"), tr("Weights A"), tr("Weights B")});
    m_changes->setRootIsDecorated(false);
    m_changes->setUniformRowHeights(true);
    m_changes->header()->setSectionResizeMode(2, QHeaderView::Stretch);
    m_changes->header()->setStretchLastSection(false);
    m_changes->setColumnWidth(0, 200);
    m_changes->setColumnWidth(1, 96);
    m_changes->setColumnWidth(3, 96);
    m_changes->setColumnWidth(4, 96);
    m_outputs->setObjectName(QStringLiteral("compareOutputs"));

    auto* top = new QSplitter(Qt::Horizontal, this);
    top->addWidget(m_numbers);
    top->addWidget(m_outputs);
    top->setStretchFactor(0, 3);
    top->setStretchFactor(1, 2);
    top->setSizes({460, 220});
    m_outputs->setMinimumWidth(180);
    m_outputs->document()->setDocumentMargin(10);
    auto* split = new QSplitter(Qt::Vertical, this);
    split->addWidget(top);
    split->addWidget(m_changes);
    split->setStretchFactor(1, 1);
    split->setSizes({250, 350});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(split);
    connect(&m_session, &DiffSession::started, this, [this] { showHint(tr("Comparing…")); });
    connect(&m_session, &DiffSession::changed, this, &CompareSummary::showStructure);
    connect(&m_session, &DiffSession::outputsKnown, this, &CompareSummary::showOutputs);
    connect(&m_session, &DiffSession::failed, this,
            [this](const Diagnostic& problem) { showHint(QString::fromStdString(problem.toString())); });
    connect(m_changes, &QTreeWidget::itemDoubleClicked, this,
            [this](QTreeWidgetItem* item) { Q_EMIT activated(item->text(0)); });
    connect(m_changes, &QTreeWidget::itemClicked, this,
            [this](QTreeWidgetItem* item) { m_session.setCurrent(item->data(0, Qt::UserRole).toInt()); });
}

void CompareSummary::clearNumbers() {
    m_numbers->setRowCount(0);
}

void CompareSummary::showHint(const QString& text) {
    m_outputs->setPlainText(text);
}

void CompareSummary::showNumbers(const VariantSummary& a, const VariantSummary& b) {
    m_numbers->setRowCount(0);
    for (const auto& row : numberRows(a, b)) {
        const int at = m_numbers->rowCount();
        m_numbers->insertRow(at);
        int column = 0;
        for (const auto& text : {row.name, row.a, row.b, row.change}) {
            auto* item = new QTableWidgetItem(text);
            if (column > 0)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_numbers->setItem(at, column++, item);
        }
    }
}

void CompareSummary::showStructure() {
    m_changes->clear();
    const auto data = m_session.data();
    if (!data)
        return;
    const auto& nodes = data->models->comparison.diff.nodes;
    QList<QTreeWidgetItem*> items;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto& node = nodes[i];
        if (node.kind == DiffKind::Same)
            continue;
        const auto change = DiffTexts::changeText(node, *data->models);
        auto* item = new QTreeWidgetItem;
        item->setText(0, QString::fromStdString(node.name));
        item->setData(0, Qt::UserRole, int(i));
        item->setText(1, QString::fromStdString(node.opType));
        item->setText(2, change.isEmpty() ? DiffTexts::kindText(node) : change);
        item->setToolTip(2, QString(change).replace(QStringLiteral("; "), QStringLiteral("\n")));
        item->setText(3, node.bytesA > 0 ? bytesText(node.bytesA) : QString());
        item->setText(4, node.bytesB > 0 ? bytesText(node.bytesB) : QString());
        items.append(item);
    }
    m_changes->addTopLevelItems(items);
    m_outputs->setHtml(layersHtml(m_session) + QStringLiteral("<p>%1</p>").arg(tr("Comparing the outputs…")));
}

void CompareSummary::showOutputs(const ModelComparison& comparison) {
    QString html = layersHtml(m_session);
    if (!comparison.numericProblem.empty())
        html += QStringLiteral("<p>%1</p>")
                    .arg(tr("The outputs could not be compared: %1")
                             .arg(QString::fromStdString(comparison.numericProblem).toHtmlEscaped()));
    for (const auto& output : comparison.outputs) {
        const auto name = QString::fromStdString(output.output).toHtmlEscaped();
        if (!output.comparable) {
            html +=
                QStringLiteral("<p><b>%1</b>: %2</p>").arg(name, QString::fromStdString(output.reason).toHtmlEscaped());
            continue;
        }
        const auto sqnr = std::isinf(output.sqnrDb) ? tr("identical") : tr("%1 dB SQNR").arg(output.sqnrDb, 0, 'f', 1);
        html += QStringLiteral("<p><b>%1</b>: %2</p>")
                    .arg(name, tr("%1, cosine %2, largest difference %3")
                                   .arg(sqnr)
                                   .arg(output.cosine, 0, 'f', 5)
                                   .arg(output.maxAbsolute, 0, 'g', 3));
        if (output.argmaxAgreement >= 0)
            html += QStringLiteral("<p>%1</p>")
                        .arg(tr("Same class on %1 of %2 samples")
                                 .arg(percentText(output.argmaxAgreement))
                                 .arg(comparison.samples));
    }
    if (comparison.randomInputs && !comparison.outputs.empty())
        html += QStringLiteral("<p>%1</p>").arg(tr("Random inputs: the project has no evaluation data."));
    m_outputs->setHtml(html);
}

} // namespace lapidary
