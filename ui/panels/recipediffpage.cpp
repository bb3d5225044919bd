// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/recipediffpage.h"

#include "ui/theme/theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace lapidary {

namespace {

QString valueText(const Json& value, bool isDefault) {
    if (value.isArray() && isDefault)
        return RecipeDiffPage::tr("all layers");
    if (value.isArray()) {
        QStringList parts;
        for (const auto& item : value.array())
            parts.append(QString::fromStdString(item.isString() ? item.toString() : item.dump()));
        return parts.join(QStringLiteral(", "));
    }
    const auto text = value.isBool()     ? (value.toBool() ? RecipeDiffPage::tr("yes") : RecipeDiffPage::tr("no"))
                      : value.isString() ? QString::fromStdString(value.toString())
                      : value.isNull()   ? QString()
                                         : QString::fromStdString(value.dump());
    if (!isDefault)
        return text;
    return text.isEmpty() ? RecipeDiffPage::tr("default") : RecipeDiffPage::tr("%1 (default)").arg(text);
}

QString changeText(StepChange change) {
    switch (change) {
    case StepChange::Changed:
        return RecipeDiffPage::tr("± other settings");
    case StepChange::Removed:
        return RecipeDiffPage::tr("− only in A");
    case StepChange::Added:
        return RecipeDiffPage::tr("+ only in B");
    case StepChange::Same:
        break;
    }
    return RecipeDiffPage::tr("the same");
}

} // namespace

RecipeDiffPage::RecipeDiffPage(DiffSession& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_caption(new QLabel(this)), m_steps(new QTreeWidget(this)) {
    setObjectName(QStringLiteral("recipeDiffPage"));
    m_caption->setObjectName(QStringLiteral("recipeDiffCaption"));
    m_caption->setWordWrap(true);
    m_caption->setContentsMargins(12, 8, 12, 8);
    m_steps->setObjectName(QStringLiteral("recipeDiffSteps"));
    m_steps->setAccessibleName(tr("Steps of both recipes"));
    m_steps->setHeaderLabels({tr("Step"), tr("Difference"), tr("A"), tr("B")});
    m_steps->setAlternatingRowColors(true);
    m_steps->setUniformRowHeights(true);
    m_steps->header()->setStretchLastSection(true);
    const int widths[] = {240, 150, 220};
    for (int column = 0; column < 3; ++column)
        m_steps->setColumnWidth(column, widths[column]);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_caption);
    layout->addWidget(m_steps, 1);
    connect(&m_session, &DiffSession::changed, this, &RecipeDiffPage::showData);
    showData();
}

void RecipeDiffPage::addStep(const StepDiff& step, const VariantRecipeDiff& recipes) {
    auto* item = new QTreeWidgetItem(m_steps);
    item->setText(0, QString::fromStdString(step.pass));
    item->setText(1, changeText(step.change));
    const auto madeBy = [](const VariantHistory& history, int index) {
        return index < 0 ? QString() : tr("in %1").arg(QString::fromStdString(history.variants[std::size_t(index)]));
    };
    item->setText(2, madeBy(recipes.a, step.a));
    item->setText(3, madeBy(recipes.b, step.b));
    const auto theme = Theme::of(palette());
    if (step.change != StepChange::Same) {
        auto font = item->font(0);
        font.setBold(true);
        item->setFont(0, font);
    } else {
        for (int column = 0; column < 4; ++column)
            item->setForeground(column, theme.muted);
    }
    for (const auto& setting : step.settings) {
        auto* row = new QTreeWidgetItem(item);
        row->setText(0, QString::fromStdString(setting.key));
        if (step.change != StepChange::Added)
            row->setText(2, valueText(setting.a, setting.defaultA));
        if (step.change != StepChange::Removed)
            row->setText(3, valueText(setting.b, setting.defaultB));
    }
    item->setExpanded(true);
}

void RecipeDiffPage::showData() {
    m_steps->clear();
    const auto data = m_session.data();
    if (!data || !data->recipes) {
        m_caption->setText(!data ? QString()
                                 : tr("A model from a file has no recipe: only variants of the project do."));
        return;
    }
    const auto& recipes = *data->recipes;
    for (const auto& step : recipes.diff.steps)
        addStep(step, recipes);
    const auto& diff = recipes.diff;
    auto text = diff.steps.empty() ? tr("Nothing was done to either: both are source models.")
                : diff.identical() ? tr("Both were made in the same way.")
                                   : tr("Steps: %1 the same, %2 with other settings, %3 only in A, %4 only in B.")
                                         .arg(diff.same)
                                         .arg(diff.changed)
                                         .arg(diff.removed)
                                         .arg(diff.added);
    if (!recipes.sameSource())
        text += QLatin1Char(' ') +
                tr("They start from different models: %1 and %2.")
                    .arg(QString::fromStdString(recipes.a.sourceName), QString::fromStdString(recipes.b.sourceName));
    m_caption->setText(text);
}

} // namespace lapidary
