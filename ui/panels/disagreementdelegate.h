// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace lapidary {

class DisagreementModel;
struct Theme;

/// A sample as a card: its picture, the label, and both answers with a tick or a cross.
class DisagreementDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    explicit DisagreementDelegate(const DisagreementModel& model, QObject* parent = nullptr);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintPicture(QPainter& painter, const QRect& place, const QModelIndex& index, const Theme& theme) const;
    void paintTexts(QPainter& painter, const QRect& place, const QModelIndex& index, const Theme& theme) const;

    const DisagreementModel& m_model;
};

} // namespace lapidary
