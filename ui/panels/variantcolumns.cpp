// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/variantcolumns.h"

#include <QEvent>
#include <QHeaderView>
#include <QMenu>
#include <QScopedValueRollback>
#include <QSettings>
#include <QTreeView>

namespace lapidary {

namespace {

QString settingsKey() {
    return QStringLiteral("variants/columns");
}

} // namespace

VariantColumns::VariantColumns(QTreeView& tree, VariantTreeModel& model)
    : QObject(&tree), m_tree(tree), m_model(model) {
    m_shown = QSettings()
                  .value(settingsKey(),
                         QStringList{QStringLiteral("top1"), QStringLiteral("file_bytes"), QStringLiteral("latency")})
                  .toStringList();
    auto* header = m_tree.header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(QHeaderView::Interactive);
    header->setMinimumSectionSize(48);
    m_tree.viewport()->installEventFilter(this);
    connect(header, &QHeaderView::sectionResized, this, [this](int column) {
        if (m_stretching)
            return;
        m_nameIsUsers = m_nameIsUsers || column == VariantTreeModel::Name;
        stretchName();
    });
    connect(&m_model, &QAbstractItemModel::modelReset, this, &VariantColumns::apply);
    apply();
}

QString VariantColumns::idOf(int column) const {
    const auto* metric = m_model.metric(column);
    return metric ? metric->id() : QString();
}

bool VariantColumns::isShown(int column) const {
    return m_shown.contains(idOf(column));
}

void VariantColumns::apply() {
    const QScopedValueRollback guard(m_stretching, true);
    auto* header = m_tree.header();
    for (int column = VariantTreeModel::Name + 1; column < m_model.columnCount(); ++column) {
        m_tree.setColumnHidden(column, !isShown(column));
        if (column < m_columns)
            continue;
        // Room for usual numbers, and for the header with its arrow.
        const auto title = m_model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        // A share is written with how sure it is while it is being measured.
        const bool share = m_model.metric(column)->unit == VariantMetric::Unit::Percent;
        const int number = m_tree.fontMetrics().horizontalAdvance(share ? QStringLiteral("≈ 00.00 % ± 00.0")
                                                                        : QStringLiteral("000.00 MiB")) +
                           (share ? 16 : 0);
        const int words = std::min(header->fontMetrics().horizontalAdvance(title) + 34, 140);
        header->resizeSection(column, std::max(number, words));
    }
    m_columns = m_model.columnCount();
    stretchName();
}

void VariantColumns::stretchName() {
    if (m_nameIsUsers)
        return;
    const QScopedValueRollback guard(m_stretching, true);
    int others = 0;
    for (int column = VariantTreeModel::Name + 1; column < m_model.columnCount(); ++column)
        others += m_tree.isColumnHidden(column) ? 0 : m_tree.columnWidth(column);
    m_tree.setColumnWidth(VariantTreeModel::Name, std::max(150, m_tree.viewport()->width() - others));
}

bool VariantColumns::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize)
        stretchName();
    return QObject::eventFilter(watched, event);
}

void VariantColumns::setShown(int column, bool shown) {
    m_shown.removeAll(idOf(column));
    if (shown)
        m_shown.append(idOf(column));
    QSettings().setValue(settingsKey(), m_shown);
    apply();
}

void VariantColumns::fillMenu(QMenu& menu) {
    for (int column = VariantTreeModel::Name + 1; column < m_model.columnCount(); ++column) {
        auto* action = menu.addAction(m_model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        action->setObjectName(QStringLiteral("column_") + idOf(column));
        action->setToolTip(m_model.metric(column)->explanation());
        action->setCheckable(true);
        action->setChecked(isShown(column));
        connect(action, &QAction::toggled, this, [this, column](bool on) { setShown(column, on); });
    }
}

} // namespace lapidary
