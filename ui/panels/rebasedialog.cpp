// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/rebasedialog.h"

#include "engine/rebase.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>

#include <algorithm>
#include <map>

namespace lapidary {

namespace {

/// "prune.channels ratio=0.5; quantize.int8"
QString stepsText(const VariantRecord& record) {
    const auto recipe = Recipe::fromJson(record.recipe);
    return recipe ? QString::fromStdString(recipe->toText()).trimmed().replace(u'\n', QStringLiteral("; "))
                  : QString::fromStdString(recipe.error().message);
}

} // namespace

RebaseDialog::RebaseDialog(const std::vector<VariantSummary>& variants, VariantId current, QWidget* parent)
    : QDialog(parent), m_branch(new QComboBox(this)), m_onto(new QComboBox(this)), m_steps(new QTreeWidget(this)),
      m_text(new QLabel(this)), m_buttons(new QDialogButtonBox(QDialogButtonBox::Cancel, this)) {
    setObjectName(QStringLiteral("rebaseDialog"));
    setWindowTitle(tr("Re-apply below"));
    for (const auto& variant : variants)
        m_records.push_back(variant.record);
    build();
    fill(current);
    for (auto* combo : {m_branch, m_onto})
        connect(combo, &QComboBox::currentIndexChanged, this, &RebaseDialog::refresh);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &RebaseDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &RebaseDialog::reject);
    refresh();
}

void RebaseDialog::build() {
    auto* form = new QFormLayout(this);
    const auto name = [](QWidget* widget, const char* objectName, const QString& label, const QString& tip) {
        widget->setObjectName(QLatin1String(objectName));
        widget->setAccessibleName(label);
        widget->setToolTip(tip);
    };
    name(m_branch, "rebaseFrom", tr("What was done below"), tr("Every variant below this one is made again"));
    name(m_onto, "rebaseOnto", tr("Variant to put it onto"), tr("The variant that the new branch grows from"));
    name(m_steps, "rebaseSteps", tr("Steps that are made again"),
         tr("Each becomes a new variant with the same recipe, name, note, tags and colour"));
    m_text->setObjectName(QStringLiteral("rebaseText"));
    m_text->setWordWrap(true);
    m_steps->setHeaderLabels({tr("Variant"), tr("Steps")});
    m_steps->setSelectionMode(QAbstractItemView::NoSelection);
    m_steps->setUniformRowHeights(true);
    m_steps->header()->setStretchLastSection(true);
    m_steps->setColumnWidth(0, 260);
    form->addRow(tr("&Done below"), m_branch);
    form->addRow(tr("&Put onto"), m_onto);
    form->addRow(m_steps);
    form->addRow(m_text);
    auto* run = m_buttons->addButton(tr("&Re-apply"), QDialogButtonBox::AcceptRole);
    run->setObjectName(QStringLiteral("rebaseRun"));
    run->setDefault(true);
    form->addRow(m_buttons);
    resize(640, 460);
}

/// Chooses what someone most likely wants: what grows from the current variant onto the newest one beside it, or, if
/// nothing grows from it, its newest sibling's branch onto it.
void RebaseDialog::fill(VariantId current) {
    std::map<VariantId, VariantId> parents;
    for (const auto& record : m_records)
        parents[record.id] = record.parent;
    const auto grows = [&](VariantId id) {
        return std::any_of(m_records.begin(), m_records.end(), [id](const auto& one) { return one.parent == id; });
    };
    for (const auto& record : m_records) {
        const auto text = QString::fromStdString(record.name);
        if (grows(record.id))
            m_branch->addItem(text, qlonglong(record.id));
        m_onto->addItem(text, qlonglong(record.id));
    }
    VariantId branch = grows(current) ? current : 0, onto = branch == 0 ? current : 0;
    for (const auto& record : m_records) {
        const bool sibling = record.id != current && record.parent == parents[current];
        if (branch == 0 && sibling && grows(record.id))
            branch = record.id;
        if (branch == current && sibling)
            onto = record.id;
    }
    m_branch->setCurrentIndex(std::max(0, m_branch->findData(qlonglong(branch))));
    m_onto->setCurrentIndex(std::max(0, m_onto->findData(qlonglong(onto))));
}

VariantId RebaseDialog::branch() const {
    return m_branch->currentData().toLongLong();
}

VariantId RebaseDialog::onto() const {
    return m_onto->currentData().toLongLong();
}

void RebaseDialog::refresh() {
    m_steps->clear();
    const auto plan = planRebase(m_records, branch(), onto());
    auto* run = m_buttons->findChild<QPushButton*>(QStringLiteral("rebaseRun"));
    run->setEnabled(plan.ok());
    if (!plan) {
        m_text->setText(branch() == onto() ? tr("A branch cannot be put onto the variant that it grows from.")
                                           : tr("There is nothing below that could be made again."));
        run->setToolTip(m_text->text());
        return;
    }
    std::map<VariantId, QTreeWidgetItem*> items;
    for (const auto& record : *plan) {
        const auto above = items.find(record.parent);
        auto* item = above == items.end() ? new QTreeWidgetItem(m_steps) : new QTreeWidgetItem(above->second);
        item->setText(0, QString::fromStdString(record.name));
        item->setText(1, stepsText(record));
        item->setToolTip(1, item->text(1));
        items[record.id] = item;
    }
    m_steps->expandAll();
    m_text->setText(tr("These steps are made again on %1, as new variants. The old branch stays as it is. A step that "
                       "no longer fits is told, and what is below it left out. Undo hides the new branch.")
                        .arg(m_onto->currentText()));
    run->setToolTip(tr("Make %n variant(s), as one job that can be stopped", nullptr, int(plan->size())));
}

} // namespace lapidary
