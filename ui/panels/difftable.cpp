// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/difftable.h"

#include "ui/graphview/diffmarks.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QScopedValueRollback>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

namespace lapidary {

namespace {

/// A bar from the middle of the cell, left for less and right for more; the kind of difference in its colour.
class DiffDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const bool dark = option.palette.color(QPalette::Base).lightnessF() < 0.5;
        const auto bar = index.data(DiffTableModel::BarRole);
        QStyledItemDelegate::paint(painter, option, index);
        if (index.column() == DiffTableModel::Kind) {
            const QRect edge(option.rect.left(), option.rect.top() + 2, 3, option.rect.height() - 4);
            painter->fillRect(edge, diffColor(DiffMark(index.data(DiffTableModel::MarkRole).toInt()), dark));
        } else if (bar.isValid() && bar.toDouble() != 0) {
            const double half = option.rect.width() / 2.0 - 3;
            const double length = std::max(1.0, half * std::abs(bar.toDouble()));
            const double middle = option.rect.center().x();
            const QRectF rect(bar.toDouble() < 0 ? middle - length : middle, option.rect.bottom() - 3, length, 3);
            painter->fillRect(rect, toColor(divergingColor(bar.toDouble() < 0 ? 0 : 1, dark)));
        }
    }
};

} // namespace

DiffTable::DiffTable(DiffSession& session, const QString& name, QWidget* parent)
    : QWidget(parent), m_session(session), m_model(this), m_sorted(this), m_filter(new QLineEdit(this)),
      m_count(new QLabel(this)), m_table(new QTableView(this)) {
    m_sorted.setSourceModel(&m_model);
    m_sorted.setSortRole(DiffTableModel::SortRole);
    m_sorted.setFilterKeyColumn(-1);
    m_sorted.setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_table->setObjectName(name);
    m_table->setAccessibleName(tr("Differences"));
    m_table->setModel(&m_sorted);
    m_table->setItemDelegate(new DiffDelegate(m_table));
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(24);
    m_table->horizontalHeader()->setStretchLastSection(true);
    const int widths[] = {112, 160, 110, 190, 126, 126, 136, 120, 110, 110, 160};
    for (int column = 0; column < DiffTableModel::ColumnCount; ++column)
        m_table->setColumnWidth(column, widths[column]);
    // What changed stands next to the layer, its numbers after that.
    m_table->horizontalHeader()->moveSection(DiffTableModel::Operator, DiffTableModel::Weights);
    m_filter->setObjectName(name + QStringLiteral("Filter"));
    m_filter->setPlaceholderText(tr("Filter differences"));
    m_filter->setToolTip(tr("Part of a layer's name, an operator, or a kind of difference such as narrowed"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(260);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->addWidget(m_filter, 1);
    bar->addStretch(1);
    bar->addWidget(m_count);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_table, 1);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_sorted.setFilterFixedString(text);
        count();
    });
    connect(&m_session, &DiffSession::changed, this, &DiffTable::showData);
    connect(&m_session, &DiffSession::currentChanged, this, &DiffTable::showCurrent);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
        if (!m_following && index.isValid())
            m_session.setCurrent(index.data(DiffTableModel::EntryRole).toInt());
    });
}

void DiffTable::showData() {
    const QScopedValueRollback guard(m_following, true);
    m_model.setData(m_session.data());
    count();
}

void DiffTable::count() {
    m_count->setText(m_session.data() ? tr("%1 of %2").arg(m_sorted.rowCount()).arg(m_model.rowCount()) : QString());
}

void DiffTable::showCurrent(int entry) {
    const QScopedValueRollback guard(m_following, true);
    const auto index = m_sorted.mapFromSource(m_model.indexOf(entry));
    if (index.isValid()) {
        m_table->setCurrentIndex(index);
        m_table->scrollTo(index);
    } else {
        m_table->clearSelection();
    }
}

} // namespace lapidary
