// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/disagreementmodel.h"

#include "ui/models/pairedtexts.h"

#include <set>

namespace lapidary {

namespace {

std::set<std::int64_t> classesOf(const Disagreement& sample) {
    std::set<std::int64_t> classes{sample.label, sample.a.answer, sample.b.answer};
    classes.erase(-1);
    return classes;
}

} // namespace

DisagreementModel::DisagreementModel(QObject* parent) : QAbstractListModel(parent) {
    connect(&m_pictures, &Thumbnails::ready, this, [this](std::size_t sample) {
        for (std::size_t row = 0; row < m_rows.size(); ++row)
            if (m_result->disagreements[std::size_t(m_rows[row])].sample == sample) {
                const auto changed = index(int(row));
                Q_EMIT dataChanged(changed, changed, {Qt::DecorationRole});
            }
    });
}

void DisagreementModel::setResult(PairedComparisonPtr result, DatasetPtr data) {
    beginResetModel();
    m_result = std::move(result);
    m_data = data;
    m_pictures.setData(std::move(data));
    m_class.reset();
    filter();
    endResetModel();
}

void DisagreementModel::setOutcome(std::optional<PairedOutcome> outcome) {
    beginResetModel();
    m_outcome = outcome;
    filter();
    endResetModel();
}

void DisagreementModel::setClass(std::optional<std::int64_t> answer) {
    beginResetModel();
    m_class = answer;
    filter();
    endResetModel();
}

void DisagreementModel::filter() {
    m_rows.clear();
    for (std::size_t i = 0; m_result && i < m_result->disagreements.size(); ++i) {
        const auto& sample = m_result->disagreements[i];
        if (m_outcome && sample.outcome() != *m_outcome)
            continue;
        if (m_class && classesOf(sample).count(*m_class) == 0)
            continue;
        m_rows.push_back(int(i));
    }
}

std::map<std::int64_t, int> DisagreementModel::classes() const {
    std::map<std::int64_t, int> counts;
    if (m_result)
        for (const auto& sample : m_result->disagreements)
            for (const auto answer : classesOf(sample))
                ++counts[answer];
    return counts;
}

const Disagreement* DisagreementModel::at(const QModelIndex& index) const {
    return index.isValid() && index.row() < rowCount()
               ? &m_result->disagreements[std::size_t(m_rows[std::size_t(index.row())])]
               : nullptr;
}

const SampleImage* DisagreementModel::picture(const QModelIndex& index) const {
    const auto* sample = at(index);
    return sample ? m_pictures.find(sample->sample) : nullptr;
}

int DisagreementModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_rows.size());
}

QString DisagreementModel::describe(const Disagreement& sample) const {
    const auto name = QString::fromStdString(m_data ? m_data->sampleName(sample.sample) : std::string());
    QStringList lines{name.isEmpty() ? tr("Sample %1").arg(sample.sample) : name};
    if (sample.a.answer < 0) {
        lines.append(tr("Outputs differ by %1 of A's").arg(PairedTexts::share(sample.distance)));
        return lines.join(QLatin1Char('\n'));
    }
    if (sample.label >= 0)
        lines.append(tr("Label: %1").arg(PairedTexts::className(m_data.get(), sample.label)));
    lines.append(
        tr("A: %1, %2")
            .arg(PairedTexts::className(m_data.get(), sample.a.answer), PairedTexts::share(double(sample.a.score))));
    lines.append(
        tr("B: %1, %2")
            .arg(PairedTexts::className(m_data.get(), sample.b.answer), PairedTexts::share(double(sample.b.score))));
    return lines.join(QLatin1Char('\n'));
}

QVariant DisagreementModel::data(const QModelIndex& index, int role) const {
    const auto* sample = at(index);
    if (!sample)
        return {};
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole:
        return describe(*sample);
    case SampleRole:
        return qulonglong(sample->sample);
    default:
        return {};
    }
}

} // namespace lapidary
