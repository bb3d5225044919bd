// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/nodenumberseditor.h"

#include "ui/forms/numberspin.h"
#include "ui/forms/paramtexts.h"
#include "ui/theme/theme.h"
#include "ui/theme/themedicon.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QInputDialog>
#include <QSignalBlocker>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace lapidary {
namespace {

// The number as it came, so that showing it with fewer digits loses nothing.
constexpr int exactRole = Qt::UserRole + 1;
constexpr int shownRole = Qt::UserRole + 2;

QToolButton* tableButton(const QString& name, const QString& icon, const QString& text, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setObjectName(name);
    button->setIcon(themedIcon(icon));
    button->setText(text);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    return button;
}

} // namespace

NodeNumbersEditor::NodeNumbersEditor(const ParamSpec& spec, QWidget* parent)
    : ParamEditor(parent), m_spec(spec), m_table(new QTableWidget(0, 2, this)) {
    const QString key = QString::fromStdString(spec.key);
    m_table->setObjectName(key);
    m_table->setAccessibleName(paramLabel(spec));
    const QString unit = QString::fromStdString(spec.unit);
    m_table->setHorizontalHeaderLabels(
        {tr("Layer"), unit.isEmpty() ? tr("Value") : tr("Value (%1)", "with its unit").arg(unit)});
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Fixed);
    m_table->setColumnWidth(1, 96);
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setTextElideMode(Qt::ElideMiddle);

    m_add = tableButton(key + QStringLiteral("_add"), QStringLiteral("add"), tr("Add selection"), this);
    m_pick = tableButton(key + QStringLiteral("_pick"), QStringLiteral("search"), tr("Add…"), this);
    m_remove = tableButton(key + QStringLiteral("_remove"), QStringLiteral("remove"), tr("Remove"), this);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(Theme::unit);
    for (QToolButton* button : {m_add, m_pick, m_remove}) {
        buttons->addWidget(button);
    }
    buttons->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::unit);
    layout->addWidget(m_table);
    layout->addLayout(buttons);

    connect(m_table, &QTableWidget::itemChanged, this, [this](QTableWidgetItem* item) {
        if (item->column() == 1) {
            Q_EMIT edited();
        }
    });
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &NodeNumbersEditor::updateButtons);
    connect(m_add, &QToolButton::clicked, this, [this] { addNodes(m_surroundings.selectedNodes); });
    connect(m_pick, &QToolButton::clicked, this, &NodeNumbersEditor::pickByName);
    connect(m_remove, &QToolButton::clicked, this, &NodeNumbersEditor::removeSelectedRows);
    updateButtons();
    fitHeight();
}

void NodeNumbersEditor::updateButtons() {
    m_add->setEnabled(!m_surroundings.selectedNodes.isEmpty());
    m_add->setToolTip(m_add->isEnabled() ? tr("Gives the layers selected in the graph a value of their own")
                                         : tr("Select layers in the graph first"));
    m_pick->setToolTip(tr("Gives a layer, chosen by name, a value of its own"));
    m_remove->setEnabled(!m_table->selectedItems().isEmpty());
    m_remove->setToolTip(m_remove->isEnabled() ? tr("Removes the rows selected in the table")
                                               : tr("Select rows in the table first"));
}

void NodeNumbersEditor::fitHeight() {
    // Grows with its rows up to a point, then scrolls.
    const int rows = std::clamp(m_table->rowCount(), 1, 6);
    m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() +
                            rows * m_table->verticalHeader()->defaultSectionSize() + 4);
}

bool NodeNumbersEditor::hasRow(const QString& name) const {
    for (int row = 0; row < m_table->rowCount(); ++row) {
        if (m_table->item(row, 0)->text() == name) {
            return true;
        }
    }
    return false;
}

void NodeNumbersEditor::insertRow(const QString& name, const Json& number) {
    const QSignalBlocker quiet(m_table);
    const int row = m_table->rowCount();
    m_table->insertRow(row);
    auto* layer = new QTableWidgetItem(name);
    layer->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    layer->setToolTip(name);
    auto* cell = new QTableWidgetItem(numberToText(number));
    cell->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    cell->setData(exactRole, number.toDouble());
    cell->setData(shownRole, cell->text());
    m_table->setItem(row, 0, layer);
    m_table->setItem(row, 1, cell);
    fitHeight();
}

void NodeNumbersEditor::addNodes(const QStringList& names) {
    // The middle of the limits, or zero where there are none.
    const double start = m_spec.minimum && m_spec.maximum ? (*m_spec.minimum + *m_spec.maximum) / 2
                         : m_spec.minimum                 ? *m_spec.minimum
                                                          : 0.0;
    bool any = false;
    for (const QString& name : names) {
        if (!name.isEmpty() && !hasRow(name)) {
            insertRow(name, Json(start));
            any = true;
        }
    }
    if (any) {
        m_table->scrollToBottom();
        Q_EMIT edited();
    }
}

void NodeNumbersEditor::pickByName() {
    QStringList free;
    for (const QString& name : m_surroundings.nodeNames) {
        if (!hasRow(name)) {
            free << name;
        }
    }
    bool ok = false;
    const QString name =
        QInputDialog::getItem(window(), tr("Add a layer"), tr("Name of the layer:"), free, 0, true, &ok);
    if (ok) {
        addNodes({name});
    }
}

void NodeNumbersEditor::removeSelectedRows() {
    QVector<int> rows;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows()) {
        rows << index.row();
    }
    std::sort(rows.rbegin(), rows.rend());
    for (const int row : rows) {
        m_table->removeRow(row);
    }
    fitHeight();
    updateButtons();
    if (!rows.isEmpty()) {
        Q_EMIT edited();
    }
}

Json NodeNumbersEditor::value() const {
    Json::Object object;
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const QTableWidgetItem* cell = m_table->item(row, 1);
        Json number = numberFromText(cell->text(), false);
        if (cell->text() == cell->data(shownRole).toString()) {
            number = Json(cell->data(exactRole).toDouble());
        }
        object[m_table->item(row, 0)->text().toStdString()] =
            number.isNull() ? Json(cell->text().toStdString()) : Json(number);
    }
    return Json(std::move(object));
}

void NodeNumbersEditor::setValue(const Json& value) {
    {
        const QSignalBlocker quiet(m_table);
        m_table->setRowCount(0);
    }
    for (const auto& [name, number] : value.object()) {
        insertRow(QString::fromStdString(name), number);
    }
    fitHeight();
    updateButtons();
}

void NodeNumbersEditor::setSurroundings(const ParamSurroundings& surroundings) {
    m_surroundings = surroundings;
    updateButtons();
}

QString NodeNumbersEditor::remark() const {
    if (m_surroundings.nodeNames.isEmpty()) {
        return {};
    }
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const QString name = m_table->item(row, 0)->text();
        if (!m_surroundings.nodeNames.contains(name)) {
            return tr("The model has no layer \"%1\".").arg(name);
        }
    }
    return {};
}

void NodeNumbersEditor::setRefused(bool refused) {
    markRefused(m_table, refused);
}

} // namespace lapidary
