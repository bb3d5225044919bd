// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/comparepanel.h"

#include "ui/models/numbertext.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScopedValueRollback>
#include <QSplitter>
#include <QTableWidget>
#include <QTextBrowser>
#include <QTextDocument>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <cmath>

namespace lapidary {

namespace {

QString kindName(DiffKind kind) {
    switch (kind) {
    case DiffKind::Added:
        return ComparePanel::tr("Added");
    case DiffKind::Removed:
        return ComparePanel::tr("Removed");
    case DiffKind::Changed:
        return ComparePanel::tr("Changed");
    case DiffKind::Same:
        break;
    }
    return ComparePanel::tr("Same");
}

struct NumberRow {
    QString name, a, b, change;
};

QString shareText(const std::optional<Proportion>& share) { return share ? percentText(share->percent) : ComparePanel::tr("–"); }

NumberRow shareRow(const QString& name, const std::optional<Proportion>& a, const std::optional<Proportion>& b) {
    NumberRow row{name, shareText(a), shareText(b), {}};
    if (a && b)
        row.change = ComparePanel::tr("%1 points").arg(b->percent - a->percent, 0, 'f', 2);
    return row;
}

std::vector<NumberRow> numberRows(const VariantSummary& a, const VariantSummary& b) {
    const auto count = [](const QString& name, quint64 x, quint64 y, auto text) {
        return NumberRow{name, text(x), text(y), x == y ? QString() : changeText(double(x), double(y))};
    };
    std::vector<NumberRow> rows = {
        shareRow(ComparePanel::tr("Top-1 accuracy"), a.top1, b.top1),
        shareRow(ComparePanel::tr("Top-5 accuracy"), a.top5, b.top5),
        shareRow(ComparePanel::tr("Agreement"), a.agreement, b.agreement),
        count(ComparePanel::tr("File size"), a.record.fileBytes, b.record.fileBytes, bytesText),
        count(ComparePanel::tr("Parameters"), a.record.parameters, b.record.parameters, countText),
        count(ComparePanel::tr("MACs"), a.record.macs, b.record.macs, countText),
    };
    NumberRow latency{ComparePanel::tr("Latency, median"), ComparePanel::tr("–"), ComparePanel::tr("–"), {}};
    if (a.latency)
        latency.a = millisecondsText(a.latency->median);
    if (b.latency)
        latency.b = millisecondsText(b.latency->median);
    if (a.latency && b.latency) {
        const bool apart = a.latency->ciHigh < b.latency->ciLow || b.latency->ciHigh < a.latency->ciLow;
        latency.change = apart ? changeText(a.latency->median, b.latency->median)
                               : ComparePanel::tr("no clear difference");
    }
    rows.push_back(latency);
    return rows;
}

} // namespace

ComparePanel::ComparePanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_a(new QComboBox(this)), m_b(new QComboBox(this)),
      m_numbers(new QTableWidget(this)), m_changes(new QTreeWidget(this)), m_outputs(new QTextBrowser(this)) {
    setObjectName(QStringLiteral("comparePanel"));
    m_a->setObjectName(QStringLiteral("compareA"));
    m_b->setObjectName(QStringLiteral("compareB"));
    m_numbers->setObjectName(QStringLiteral("compareNumbers"));
    m_numbers->setColumnCount(4);
    m_numbers->setHorizontalHeaderLabels({tr("Number"), tr("A"), tr("B"), tr("B against A")});
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
    m_changes->setColumnWidth(3, 110);
    m_changes->setColumnWidth(4, 110);
    m_outputs->setObjectName(QStringLiteral("compareOutputs"));

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(8, 6, 8, 6);
    bar->setSpacing(8);
    bar->addWidget(new QLabel(tr("A"), this));
    bar->addWidget(m_a, 1);
    bar->addWidget(new QLabel(tr("B"), this));
    bar->addWidget(m_b, 1);
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
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(split, 1);
    connect(&m_workspace, &Workspace::variantsChanged, this, &ComparePanel::fillCombos);
    for (auto* combo : {m_a, m_b})
        connect(combo, &QComboBox::currentIndexChanged, this, [this] {
            if (!m_filling)
                start();
        });
    connect(m_changes, &QTreeWidget::itemDoubleClicked, this, [this](QTreeWidgetItem* item) {
        const auto model = m_workspace.model();
        const auto* node = model ? model->model->graph->findNode(item->text(0).toStdString()) : nullptr;
        if (node)
            m_workspace.selection().set({node->id}, node->id);
    });
}

VariantId ComparePanel::chosen(const QComboBox* combo) const { return combo->currentData().toLongLong(); }

void ComparePanel::fillCombos() {
    const QScopedValueRollback guard(m_filling, true);
    const auto a = chosen(m_a);
    const auto b = chosen(m_b);
    for (auto* combo : {m_a, m_b}) {
        combo->clear();
        for (const auto& variant : m_workspace.variants())
            combo->addItem(QString::fromStdString(variant.record.name), qlonglong(variant.record.id));
    }
    const auto pick = [](QComboBox* combo, VariantId id, int fallback) {
        const int index = combo->findData(qlonglong(id));
        combo->setCurrentIndex(index >= 0 ? index : std::min(fallback, combo->count() - 1));
    };
    pick(m_a, a, 0);
    pick(m_b, b, 1);
    if (isVisible() && (a != chosen(m_a) || b != chosen(m_b)))
        start();
    else
        showNumbers();
}

void ComparePanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_changes->topLevelItemCount() == 0 && !m_job)
        start();
}

void ComparePanel::compare(VariantId a, VariantId b) {
    {
        const QScopedValueRollback guard(m_filling, true);
        m_a->setCurrentIndex(m_a->findData(qlonglong(a)));
        m_b->setCurrentIndex(m_b->findData(qlonglong(b)));
    }
    start();
}

void ComparePanel::showNumbers() {
    m_numbers->setRowCount(0);
    const auto* a = m_workspace.variant(chosen(m_a));
    const auto* b = m_workspace.variant(chosen(m_b));
    if (!a || !b)
        return;
    for (const auto& row : numberRows(*a, *b)) {
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

void ComparePanel::start() {
    showNumbers();
    m_changes->clear();
    m_outputs->clear();
    if (m_job)
        m_job->cancel();
    const auto a = chosen(m_a);
    const auto b = chosen(m_b);
    if (a <= 0 || b <= 0 || a == b) {
        m_outputs->setPlainText(tr("Choose two different variants."));
        return;
    }
    m_outputs->setPlainText(tr("Comparing…"));
    m_job = m_workspace.startComparison(a, b, this, [this, a, b](ModelComparison comparison) {
        if (a == chosen(m_a) && b == chosen(m_b))
            showResult(comparison);
    });
}

void ComparePanel::showResult(const ModelComparison& comparison) {
    for (const auto& node : comparison.diff.nodes) {
        if (node.kind == DiffKind::Same)
            continue;
        QStringList changes;
        for (const auto& change : node.changes)
            changes.append(QString::fromStdString(change));
        auto* item = new QTreeWidgetItem(m_changes);
        item->setText(0, QString::fromStdString(node.name));
        item->setText(1, QString::fromStdString(node.opType));
        item->setText(2, node.kind == DiffKind::Changed ? changes.join(QStringLiteral("; ")) : kindName(node.kind));
        item->setToolTip(2, changes.join(QLatin1Char('\n')));
        item->setText(3, node.bytesA > 0 ? bytesText(node.bytesA) : QString());
        item->setText(4, node.bytesB > 0 ? bytesText(node.bytesB) : QString());
    }
    const auto& diff = comparison.diff;
    QString html = QStringLiteral("<p>%1</p>")
                       .arg(tr("Layers: %1 the same, %2 changed, %3 added, %4 removed.")
                                .arg(diff.same)
                                .arg(diff.changed)
                                .arg(diff.added)
                                .arg(diff.removed));
    if (!comparison.numericProblem.empty())
        html += QStringLiteral("<p>%1</p>").arg(
            tr("The outputs could not be compared: %1").arg(QString::fromStdString(comparison.numericProblem).toHtmlEscaped()));
    for (const auto& output : comparison.outputs) {
        const auto name = QString::fromStdString(output.output).toHtmlEscaped();
        if (!output.comparable) {
            html += QStringLiteral("<p><b>%1</b>: %2</p>").arg(name, QString::fromStdString(output.reason).toHtmlEscaped());
            continue;
        }
        const auto sqnr = std::isinf(output.sqnrDb) ? tr("identical") : tr("%1 dB SQNR").arg(output.sqnrDb, 0, 'f', 1);
        html += QStringLiteral("<p><b>%1</b>: %2</p>")
                    .arg(name, tr("%1, cosine %2, largest difference %3").arg(sqnr).arg(output.cosine, 0, 'f', 5).arg(output.maxAbsolute, 0, 'g', 3));
        if (output.argmaxAgreement >= 0)
            html += QStringLiteral("<p>%1</p>").arg(tr("Same class on %1 of %2 samples")
                                                        .arg(percentText(output.argmaxAgreement))
                                                        .arg(comparison.samples));
    }
    if (comparison.randomInputs && !comparison.outputs.empty())
        html += QStringLiteral("<p>%1</p>").arg(tr("Random inputs: the project has no evaluation data."));
    m_outputs->setHtml(html);
}

} // namespace lapidary
