// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/pairedsession.h"
#include "ui/models/thumbnails.h"

#include <QAbstractListModel>

namespace lapidary {

/// Samples on which two models differ, the most surprising first, with small pictures; filtered by who is right and by
/// class.
class DisagreementModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { SampleRole = Qt::UserRole }; ///< index of the sample in the dataset

    explicit DisagreementModel(QObject* parent = nullptr);

    void setResult(PairedComparisonPtr result, DatasetPtr data);
    /// Nothing: all.
    void setOutcome(std::optional<PairedOutcome> outcome);
    /// A class that is the label or one of the answers; nothing: all.
    void setClass(std::optional<std::int64_t> answer);
    std::optional<std::int64_t> shownClass() const { return m_class; }

    const Disagreement* at(const QModelIndex& index) const; ///< null outside
    const PairedComparison* result() const { return m_result.get(); }
    const DatasetPtr& dataset() const { return m_data; }
    const SampleImage* picture(const QModelIndex& index) const; ///< null while it is read
    /// Classes of labels and answers with how many samples they are in, by number.
    std::map<std::int64_t, int> classes() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    void filter();
    QString describe(const Disagreement& sample) const;

    PairedComparisonPtr m_result;
    DatasetPtr m_data;
    std::optional<PairedOutcome> m_outcome;
    std::optional<std::int64_t> m_class;
    std::vector<int> m_rows; ///< entries of PairedComparison::disagreements
    mutable Thumbnails m_pictures;
};

} // namespace lapidary
