// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/variantspanel.h"

#include "ui/panels/variantcolumns.h"
#include "ui/panels/variantdelegate.h"
#include "ui/theme/themedicon.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QScopedValueRollback>
#include <QSettings>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace lapidary {

VariantsPanel::VariantsPanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_model(this), m_looks(workspace), m_tree(new QTreeView(this)),
      m_delegate(new VariantDelegate(this)), m_filter(new QLineEdit(this)), m_status(new QLabel(this)) {
    setObjectName(QStringLiteral("variantsPanel"));
    makeTree();
    m_filter->setObjectName(QStringLiteral("variantsFilter"));
    m_filter->setAccessibleName(tr("Filter variants"));
    m_filter->setPlaceholderText(tr("Filter: name, tag:best, top1>90"));
    m_filter->setToolTip(VariantFilter::help());
    m_filter->setClearButtonEnabled(true);
    m_filterDelay.setSingleShot(true);
    m_filterDelay.setInterval(120);
    m_status->setObjectName(QStringLiteral("variantsStatus"));
    m_status->setContentsMargins(8, 3, 8, 3);
    m_status->setWordWrap(true);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(6, 6, 6, 6);
    bar->setSpacing(6);
    bar->addWidget(m_filter, 1);
    bar->addWidget(makeViewButton());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_tree, 1);
    layout->addWidget(m_status);
    connectModel();
    connect(m_filter, &QLineEdit::textChanged, &m_filterDelay, qOverload<>(&QTimer::start));
    connect(m_filter, &QLineEdit::returnPressed, this, [this] {
        applyFilter();
        m_tree->setFocus();
    });
    connect(&m_filterDelay, &QTimer::timeout, this, &VariantsPanel::applyFilter);
    showStatus();
}

void VariantsPanel::makeTree() {
    m_tree->setObjectName(QStringLiteral("variantsTree"));
    m_tree->setAccessibleName(tr("Variants"));
    m_tree->setModel(&m_model);
    m_tree->setItemDelegate(m_delegate);
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_tree->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_tree->setUniformRowHeights(true);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setIndentation(14);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    auto* header = m_tree->header();
    header->setSortIndicator(-1, Qt::AscendingOrder);
    header->setSortIndicatorClearable(true);
    m_tree->setSortingEnabled(true);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    m_columns = new VariantColumns(*m_tree, m_model);
    connect(header, &QHeaderView::customContextMenuRequested, this, [this](const QPoint& point) {
        QMenu menu;
        m_columns->fillMenu(menu);
        menu.exec(m_tree->header()->mapToGlobal(point));
    });
}

QToolButton* VariantsPanel::makeViewButton() {
    auto* button = new QToolButton(this);
    button->setObjectName(QStringLiteral("variantsView"));
    button->setIcon(themedIcon(QStringLiteral("table")));
    button->setToolTip(tr("Columns, order and differences of the list of variants"));
    button->setAccessibleName(tr("How variants are shown"));
    button->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(button);
    menu->setToolTipsVisible(true);
    auto* columns = menu->addMenu(tr("&Columns"));
    columns->setToolTipsVisible(true);
    connect(columns, &QMenu::aboutToShow, this, [this, columns] {
        columns->clear();
        m_columns->fillMenu(*columns);
    });
    const QSettings settings;
    const auto toggle = [&](const char* name, const QString& text, const QString& tip, bool initial) {
        auto* action = menu->addAction(text);
        action->setObjectName(QLatin1String(name));
        action->setToolTip(tip);
        action->setCheckable(true);
        action->setChecked(settings.value(QStringLiteral("variants/") + QLatin1String(name), initial).toBool());
        connect(action, &QAction::toggled, this,
                [name](bool on) { QSettings().setValue(QStringLiteral("variants/") + QLatin1String(name), on); });
        return action;
    };
    auto* flat = toggle("variantsFlat", tr("As a &list"),
                        tr("Without branches, so that a click on a header ranks all variants"), false);
    auto* changes =
        toggle("variantsChanges", tr("&Differences"),
               tr("Beneath each number its difference to the reference; tags and notes beneath names"), true);
    auto* bars =
        toggle("variantsBars", tr("&Bars"), tr("A bar beneath each number for its share of the largest"), true);
    connect(flat, &QAction::toggled, &m_model, &VariantTreeModel::setFlat);
    const auto look = [this, changes, bars] { setLook(changes->isChecked(), bars->isChecked()); };
    connect(changes, &QAction::toggled, this, look);
    connect(bars, &QAction::toggled, this, look);
    m_model.setFlat(flat->isChecked());
    look();
    button->setMenu(menu);
    return button;
}

void VariantsPanel::connectModel() {
    connect(&m_workspace, &Workspace::variantsChanged, this, &VariantsPanel::showVariants);
    connect(&m_workspace, &Workspace::currentChanged, this, &VariantsPanel::showCurrent);
    connect(&m_workspace.accuracy(), &AccuracyRuns::runningChanged, this,
            [this](qlonglong id) { m_model.setRunning(id, m_workspace.accuracy().running(id)); });
    connect(&m_workspace, &Workspace::projectChanged, this, [this] {
        m_model.setStale({});
        m_collapsed.clear();
        m_filter->clear();
        setReference(0);
    });
    connect(&m_workspace, &Workspace::staleChanged, this, [this] {
        m_model.setStale(m_workspace.stale());
        showStatus();
    });
    connect(&m_looks, &VariantLooksKeeper::changed, this, [this] { m_model.setLooks(m_looks.looks()); });
    connect(&m_model, &QAbstractItemModel::modelAboutToBeReset, this, &VariantsPanel::keepRows);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &VariantsPanel::restoreRows);
    connect(&m_model, &VariantTreeModel::renameRequested, this,
            [this](qlonglong id, const QString& name) { m_workspace.rename(id, name); });
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
        if (!m_updating && index.isValid())
            m_workspace.setCurrent(m_model.idOf(index));
    });
    connect(m_tree->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        showStatus();
        if (!m_updating)
            Q_EMIT selectionChanged();
    });
    connect(m_tree, &QTreeView::collapsed, this,
            [this](const QModelIndex& index) { m_collapsed.insert(m_model.idOf(index)); });
    connect(m_tree, &QTreeView::expanded, this,
            [this](const QModelIndex& index) { m_collapsed.remove(m_model.idOf(index)); });
    connect(m_tree, &QTreeView::customContextMenuRequested, this, [this](const QPoint& point) {
        if (m_contextMenu)
            m_contextMenu->popup(m_tree->viewport()->mapToGlobal(point));
    });
}

void VariantsPanel::setLook(bool changes, bool bars) {
    m_delegate->showChanges = changes;
    m_delegate->showBars = bars;
    m_tree->doItemsLayout();
    m_tree->viewport()->update();
}

QList<VariantId> VariantsPanel::selected() const {
    QList<VariantId> ids;
    for (const auto& index : m_tree->selectionModel()->selectedRows())
        ids.append(m_model.idOf(index));
    if (ids.isEmpty() && m_workspace.current() > 0)
        ids.append(m_workspace.current());
    return ids;
}

void VariantsPanel::select(const QList<VariantId>& ids) {
    const QScopedValueRollback guard(m_updating, true);
    QItemSelection selection;
    QModelIndex first;
    for (const auto id : ids)
        if (const auto index = m_model.indexOf(id); index.isValid()) {
            selection.select(index, index);
            if (!first.isValid())
                first = index;
        }
    m_tree->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    if (first.isValid())
        m_tree->scrollTo(first);
}

void VariantsPanel::keepRows() {
    m_kept.clear();
    for (const auto& index : m_tree->selectionModel()->selectedRows())
        m_kept.append(m_model.idOf(index));
}

void VariantsPanel::restoreRows() {
    const QScopedValueRollback guard(m_updating, true);
    const auto collapsed = m_collapsed;
    m_tree->expandAll();
    for (const auto id : collapsed)
        if (const auto index = m_model.indexOf(id); index.isValid())
            m_tree->collapse(index);
    m_collapsed = collapsed;
    showCurrent();
    if (!m_kept.isEmpty())
        select(m_kept);
    showStatus();
}

void VariantsPanel::showVariants() {
    const QScopedValueRollback guard(m_updating, true);
    m_model.setVariants(m_workspace.variantList());
    showCurrent();
    showStatus();
}

void VariantsPanel::showCurrent() {
    const QScopedValueRollback guard(m_updating, true);
    const auto index = m_model.indexOf(m_workspace.current());
    // Setting the current row again would throw away a selection of several rows.
    if (index.isValid() && m_tree->currentIndex().siblingAtColumn(0) != index)
        m_tree->setCurrentIndex(index);
}

void VariantsPanel::focusFilter() {
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void VariantsPanel::applyFilter() {
    m_filterDelay.stop();
    m_model.setFilter(VariantFilter(m_filter->text()));
    showStatus();
}

void VariantsPanel::setReference(VariantId id) {
    if (id == m_model.reference())
        return;
    m_model.setReference(id);
    showStatus();
    Q_EMIT referenceChanged();
}

void VariantsPanel::showStatus() {
    QStringList parts;
    const VariantFilter filter(m_filter->text());
    if (!filter.problem().isEmpty())
        parts.append(filter.problem());
    else if (!filter.isEmpty())
        parts.append(tr("%1 of %2 shown").arg(m_model.foundCount()).arg(m_model.variantCount()));
    if (const auto rows = m_tree->selectionModel()->selectedRows().size(); rows > 1)
        parts.append(tr("%1 selected").arg(rows));
    if (const auto* base = m_workspace.variant(m_model.reference()))
        parts.append(tr("differences to %1").arg(QString::fromStdString(base->record.name)));
    if (const auto stale = m_workspace.stale().size(); stale > 0)
        parts.append(tr("%n stale", "variants with stale results", int(stale)));
    m_status->setText(parts.join(QStringLiteral(" · ")));
    m_status->setVisible(!parts.isEmpty());
}

} // namespace lapidary
