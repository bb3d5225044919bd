// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/cutreportpanel.h"

#include "ui/models/numbertext.h"
#include "ui/panels/kernelview.h"
#include "ui/panels/tablelook.h"
#include "ui/panels/tableselection.h"

#include <QHeaderView>
#include <QLabel>
#include <QScopedValueRollback>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace lapidary {

namespace {

/// What the passes noted, a line each, beneath `text`. The log has all of them too.
QString withNotes(QString text, const CutReport& report) {
    constexpr std::size_t shown = 4;
    for (std::size_t i = 0; i < std::min(shown, report.notes.size()); ++i)
        text += u'\n' + QString::fromStdString(report.notes[i].toString());
    if (report.notes.size() > shown)
        text +=
            u'\n' + CutReportPanel::tr("and %n more note(s), see the log", nullptr, int(report.notes.size() - shown));
    return text;
}

} // namespace

CutReportPanel::CutReportPanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_model(this), m_sorted(this), m_pages(new QStackedWidget(this)),
      m_nothing(new QLabel(this)), m_reader(this) {
    setObjectName(QStringLiteral("cutReportPanel"));
    m_nothing->setObjectName(QStringLiteral("cutReportNothing"));
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    auto* split = new QSplitter(this);
    split->setObjectName(QStringLiteral("cutReportSplitter"));
    split->addWidget(makeTable());
    split->addWidget(makeKernels());
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setChildrenCollapsible(false);
    auto* report = new QWidget(this);
    auto* rows = new QVBoxLayout(report);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(m_caption);
    rows->addWidget(split, 1);
    m_pages->addWidget(m_nothing);
    m_pages->addWidget(report);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_pages);
    connect(&m_workspace, &Workspace::modelChanged, this, &CutReportPanel::variantShown);
    connect(&m_workspace.selection(), &NodeSelection::changed, this, &CutReportPanel::selectionToTable);
    variantShown();
}

CutReportPanel::~CutReportPanel() = default;

QWidget* CutReportPanel::makeTable() {
    auto* page = new QWidget(this);
    m_caption = new QLabel(this);
    m_caption->setObjectName(QStringLiteral("cutReportCaption"));
    m_caption->setWordWrap(true);
    m_caption->setContentsMargins(8, 6, 8, 6);
    m_caption->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_sorted.setSourceModel(&m_model);
    m_sorted.setSortRole(CutReportModel::SortRole);
    m_table = new QTableView(page);
    m_table->setObjectName(QStringLiteral("cutReportTable"));
    m_table->setAccessibleName(tr("What was cut"));
    m_table->setModel(&m_sorted);
    lookLikeTable(*m_table);
    m_table->setTextElideMode(Qt::ElideRight);
    const int widths[] = {160, 90, 90, 76, 130, 120, 140, 130, 130, 100, 120, 80, 150};
    for (int column = 0; column < CutReportModel::ColumnCount; ++column)
        m_table->setColumnWidth(column, widths[column]);
    // The error stands next to what caused it.
    m_table->horizontalHeader()->moveSection(CutReportModel::Operator, CutReportModel::ColumnCount - 1);
    m_table->horizontalHeader()->moveSection(m_table->horizontalHeader()->visualIndex(CutReportModel::Error), 2);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_table, 1);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &CutReportPanel::selectionFromTable);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &CutReportPanel::showKernels);
    connect(m_table, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
        if (const auto* layer = m_model.layer(m_sorted.mapToSource(index).row()); layer && layer->after.valid())
            Q_EMIT layerActivated(layer->after.number);
    });
    return page;
}

QWidget* CutReportPanel::makeKernels() {
    auto* split = new QSplitter(Qt::Vertical, this);
    split->setObjectName(QStringLiteral("cutKernelsSplitter"));
    m_before = new KernelView(QStringLiteral("kernelsBefore"), split);
    m_after = new KernelView(QStringLiteral("kernelsAfter"), split);
    split->addWidget(m_before);
    split->addWidget(m_after);
    split->setChildrenCollapsible(false);
    return split;
}

void CutReportPanel::showNothing(const QString& text) {
    m_nothing->setText(text);
    m_pages->setCurrentIndex(0);
    m_model.setReport(nullptr);
    showKernels();
}

void CutReportPanel::variantShown() {
    m_reader.cancel();
    m_wanted = m_pending = false;
    const auto* variant = m_workspace.model() ? m_workspace.variant(m_workspace.current()) : nullptr;
    if (!variant)
        return showNothing(tr("Open a model, and apply a pass to it, to see here what was cut."));
    if (variant->record.parent == 0)
        return showNothing(
            tr("This is a source model: nothing was cut from it.\nApply a pass, then this page says what it "
               "did to every layer and the error that caused."));
    if (auto errors = reportedErrors(variant->record, m_workspace.engine(), *m_workspace.model()->model->graph)) {
        errors->title = tr("Error by %1").arg(QString::fromStdString(errors->title)).toStdString();
        m_workspace.setNodeValues(Workspace::ValueSource::Error, std::move(errors));
    }
    m_wanted = true;
    if (isVisible())
        read();
    else
        showNothing({});
}

void CutReportPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    read();
}

void CutReportPanel::read() {
    const auto* variant = m_workspace.variant(m_workspace.current());
    if (!std::exchange(m_wanted, false) || !variant)
        return;
    m_pending = true;
    showNothing(tr("Reading the report …"));
    using Answer = std::shared_ptr<Result<CutReportPtr>>;
    m_reader.start(
        [session = m_workspace.session(), record = variant->record](const Work& work) -> Answer {
            return std::make_shared<Result<CutReportPtr>>(readCutReport(*session, record, work));
        },
        [this, model = m_workspace.model()](Answer answer) {
            m_pending = false;
            if (model != m_workspace.model())
                return;
            if (!answer->ok())
                showNothing(QString::fromStdString(answer->error().toString()));
            else if ((*answer)->get()->layers.empty())
                showNothing(withNotes(tr("The steps that made this variant report no single layers."), ***answer));
            else
                showReport(**answer);
        });
}

void CutReportPanel::showReport(CutReportPtr report) {
    m_caption->setText(captionText(*report));
    {
        const QScopedValueRollback guard(m_updating, true);
        m_model.setReport(std::move(report));
    }
    // What a step changed in no layer would be a column of dashes.
    for (int column = 0; column < CutReportModel::ColumnCount; ++column)
        m_table->setColumnHidden(column, !m_model.says(CutReportModel::Column(column)));
    m_pages->setCurrentIndex(1);
    selectionToTable();
    showKernels();
}

QString CutReportPanel::captionText(const CutReport& report) const {
    int narrower = 0;
    const CutLayer* worst = nullptr;
    for (const auto& layer : report.layers) {
        narrower += layer.channelsAfter >= 0 && layer.channelsAfter < layer.channelsBefore ? 1 : 0;
        if (layer.error && (!worst || *layer.error > *worst->error))
            worst = &layer;
    }
    QStringList parts{QString::fromStdString(report.title),
                      tr("%n layer(s) reported", nullptr, int(report.layers.size()))};
    if (narrower > 0)
        parts << tr("%n narrower", nullptr, narrower);
    const auto& before = report.before->totals;
    const auto& after = report.after->totals;
    const auto change = [&](const QString& what, quint64 from, quint64 to) {
        if (from != to)
            parts << tr("%1 %2 → %3 (%4)")
                         .arg(what, countText(from), countText(to), changeText(double(from), double(to)));
    };
    change(tr("MACs"), before.macs, after.macs);
    change(tr("parameters"), before.parameters, after.parameters);
    parts << (worst ? tr("largest error %1 at %2").arg(percentText(*worst->error), QString::fromStdString(worst->name))
                    : tr("no errors of layers reported"));
    return withNotes(parts.join(QStringLiteral(" · ")), report);
}

void CutReportPanel::showKernels() {
    const auto row = m_sorted.mapToSource(m_table->currentIndex()).row();
    const auto* layer = m_table->currentIndex().isValid() ? m_model.layer(row) : nullptr;
    if (!layer) {
        m_before->setTensor(nullptr, nullptr, tr("Choose a layer to see its kernels before and after."));
        m_after->setTensor(nullptr, nullptr, {});
        return;
    }
    const auto name = QString::fromStdString(layer->name);
    const auto shapeOf = [](const TensorPtr& tensor) {
        QStringList extents;
        for (std::size_t i = 0; tensor && i < tensor->shape.size(); ++i)
            extents << QString::number(tensor->shape[i]);
        return extents.join(QStringLiteral("×"));
    };
    const auto rows = std::count(layer->removedRows.begin(), layer->removedRows.end(), true);
    const auto columns = std::count(layer->removedColumns.begin(), layer->removedColumns.end(), true);
    auto before = tr("%1 before: %2").arg(name, shapeOf(layer->weightBefore));
    if (rows > 0 || columns > 0)
        before += QStringLiteral("\n") + tr("struck out: %1 rows, %2 columns of kernels").arg(rows).arg(columns);
    m_before->setTensor(layer->weightBefore, nullptr, before);
    m_before->setStruck(layer->removedRows, layer->removedColumns);
    // Codes have colours of their own; what is float is compared with what it was.
    const bool codes = layer->weightAfter && !isFloatingPoint(layer->weightAfter->type);
    const auto after = codes ? tr("%1 after: %2, %3 codes")
                                   .arg(name, shapeOf(layer->weightAfter),
                                        QString::fromStdString(dataTypeName(layer->weightAfter->type)))
                             : tr("%1 after: %2").arg(name, shapeOf(layer->weightAfter));
    m_after->setTensor(layer->weightAfter, codes ? nullptr : layer->weightBefore, after);
}

void CutReportPanel::selectionFromTable() {
    if (m_updating)
        return;
    std::set<NodeId> nodes;
    for (const auto& index : m_table->selectionModel()->selectedRows())
        if (const auto* layer = m_model.layer(m_sorted.mapToSource(index).row()); layer && layer->after.valid())
            nodes.insert(layer->after);
    const QScopedValueRollback guard(m_updating, true);
    m_workspace.selection().set(nodes, nodes.size() == 1 ? *nodes.begin() : NodeId());
}

void CutReportPanel::selectionToTable() {
    if (m_updating)
        return;
    const QScopedValueRollback guard(m_updating, true);
    QModelIndexList rows;
    for (const auto node : m_workspace.selection().nodes())
        rows << m_sorted.mapFromSource(m_model.index(m_model.rowOf(node), 0));
    if (const auto first = selectTableRows(*m_table, rows); first.isValid())
        m_table->selectionModel()->setCurrentIndex(first, QItemSelectionModel::NoUpdate);
}

} // namespace lapidary
