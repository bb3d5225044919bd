// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/layererrorspage.h"

#include "ui/models/numbertext.h"
#include "ui/panels/sortedtree.h"

#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

#include <cmath>

namespace lapidary {

namespace {

enum Column { Name, Operator, TimeA, TimeB, TimeDelta, Macs, Error, Why };

QString signedMilliseconds(double ms) {
    return (ms < 0 ? QStringLiteral("−") : ms > 0 ? QStringLiteral("+") : QString()) + millisecondsText(std::abs(ms));
}

QString reasonText(const std::string& reason) {
    if (reason == "only in A")
        return LayerErrorsPage::tr("only in A");
    if (reason == "only in B")
        return LayerErrorsPage::tr("only in B");
    return reason.empty() ? QString() : LayerErrorsPage::tr("outputs have other shapes");
}

QTreeWidgetItem* rowOf(const LayerDelta& layer) {
    auto* row = new SortedItem;
    row->setText(Name, QString::fromStdString(layer.name));
    row->setData(Name, Qt::UserRole + 1, qulonglong(layer.entry));
    row->setText(Operator, QString::fromStdString(layer.opType));
    if (layer.msA)
        row->setNumber(TimeA, *layer.msA, millisecondsText(*layer.msA));
    if (layer.msB)
        row->setNumber(TimeB, *layer.msB, millisecondsText(*layer.msB));
    if (const auto delta = layer.deltaMs())
        row->setNumber(TimeDelta, *delta, signedMilliseconds(*delta));
    row->setNumber(Macs, double(layer.costs.macsB) - double(layer.costs.macsA),
                   changeText(double(layer.costs.macsA), double(layer.costs.macsB)));
    if (layer.sqnrDb)
        row->setNumber(Error, std::isinf(*layer.sqnrDb) ? 1e9 : *layer.sqnrDb,
                       std::isinf(*layer.sqnrDb)
                           ? LayerErrorsPage::tr("equal")
                           : LayerErrorsPage::tr("%1 dB").arg(QLocale().toString(*layer.sqnrDb, 'f', 1)));
    row->setText(Why, reasonText(layer.reason));
    return row;
}

} // namespace

LayerErrorsPage::LayerErrorsPage(DiffSession& models, PairedSession& paired, QWidget* parent)
    : QWidget(parent), m_models(models), m_paired(paired), m_caption(new QLabel(this)),
      m_layers(new QTreeWidget(this)) {
    setObjectName(QStringLiteral("layerErrorsPage"));
    m_caption->setObjectName(QStringLiteral("layerErrorsCaption"));
    m_caption->setWordWrap(true);
    m_caption->setContentsMargins(12, 8, 12, 8);
    makeSortedTree(*m_layers, QStringLiteral("layerErrors"),
                   {tr("Layer"), tr("Operator"), tr("Time A"), tr("Time B"), tr("Δ time"), tr("Δ MACs"),
                    tr("Output SQNR"), tr("Not compared")});
    m_layers->setAccessibleName(tr("Times and errors of the layers"));
    m_layers->headerItem()->setToolTip(Error, tr("Signal of A's output to its difference from B's; more is closer"));
    const int widths[] = {230, 96, 84, 84, 90, 84, 104};
    for (int column = 0; column < Why; ++column)
        m_layers->setColumnWidth(column, widths[column]);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_caption);
    layout->addWidget(m_layers, 1);
    connect(&m_models, &DiffSession::changed, this, &LayerErrorsPage::showLayers);
    connect(&m_paired, &PairedSession::layersChanged, this, &LayerErrorsPage::showLayers);
    connect(m_layers, &QTreeWidget::itemClicked, this,
            [this](QTreeWidgetItem* item) { m_models.setCurrent(item->data(Name, Qt::UserRole + 1).toInt()); });
}

void LayerErrorsPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_paired.wantLayers();
    showLayers();
}

void LayerErrorsPage::showLayers() {
    m_layers->clear();
    showCaption();
    const auto data = m_models.data();
    if (!data)
        return;
    QList<QTreeWidgetItem*> rows;
    for (const auto& layer : m_paired.layers() ? *m_paired.layers() : data->layers)
        rows.append(rowOf(layer));
    m_layers->addTopLevelItems(rows);
    m_layers->sortByColumn(m_paired.layers() ? Error : TimeDelta, Qt::AscendingOrder);
}

void LayerErrorsPage::showCaption() {
    const auto data = m_models.data();
    if (!data) {
        m_caption->clear();
        return;
    }
    QStringList parts;
    const auto why =
        whyNoTimes(data->profileA ? &*data->profileA : nullptr, data->profileB ? &*data->profileB : nullptr);
    if (!why.isEmpty())
        parts.append(tr("No times: %1").arg(why));
    if (m_paired.measuresLayers())
        parts.append(tr("Measuring how far the outputs of the layers are apart…"));
    else if (!m_paired.layersProblem().isEmpty())
        parts.append(m_paired.layersProblem());
    else if (m_paired.layers())
        parts.append(tr(
            "Output SQNR on the first 32 samples of the evaluation data; a low value shows where B departs from A."));
    m_caption->setText(parts.join(QLatin1Char(' ')));
    m_caption->setVisible(!parts.isEmpty());
}

} // namespace lapidary
