// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/disagreementmodel.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QListView;

namespace lapidary {

class SampleView;

/// The samples on which two models differ as a gallery, the one that is current large beside it. Arrow keys walk.
class GalleryPage : public QWidget {
    Q_OBJECT

public:
    explicit GalleryPage(QWidget* parent = nullptr);

    /// Null: none.
    void setResult(PairedComparisonPtr result, DatasetPtr data);
    /// Only samples with this class as label or answer; nothing: all.
    void showClass(std::optional<std::int64_t> answer);
    const DisagreementModel& model() const { return m_model; }

private:
    QWidget* makeFilters();
    QWidget* makeDetail();
    void fillFilters();
    void applyOutcome();
    void applyClass();
    void showCount();
    void showCurrent(const QModelIndex& index);
    QString detailHtml(const Disagreement& sample) const;

    DisagreementModel m_model;
    QComboBox* m_outcome;
    QComboBox* m_class;
    QLabel* m_count;
    QListView* m_list;
    QLabel* m_detail;
    SampleView* m_sample;
    bool m_filling = false;
};

} // namespace lapidary
