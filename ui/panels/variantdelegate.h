// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace lapidary {

/// Draws the cells of the variants tree: the name with the user's colour, tags and note beneath; numbers with their
/// difference to the reference beneath and a small bar for their share of the largest.
class VariantDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    bool showChanges = true;
    bool showBars = true;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const override;

private:
    void paintName(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    void paintNumber(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    int paintTags(QPainter& painter, const QRect& line, const QStringList& tags) const;
};

} // namespace lapidary
