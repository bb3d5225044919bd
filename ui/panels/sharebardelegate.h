// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

class QAbstractItemView;

namespace lapidary {

/// Draws a cell as usual and, along its lower edge, a bar as long as BarShareRole says, with a tick where BarMarkRole
/// has a limit. The number stands above the bar and is never covered; length, not colour, carries the meaning. Cells
/// without these roles look as ever. Rows of 24 pixels have room for both. UI thread.
class ShareBarDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

    /// The ground of the bar in a cell of this place, in the same coordinates; a share of its width is filled.
    static QRectF ground(const QRect& cell);
};

/// A bar on `ground`, filled up to `share` (0..1) with `color`.
void paintShareBar(QPainter& painter, const QRectF& ground, double share, const QColor& color, const QColor& empty);

/// Gives this view bars in every column whose model has BarShareRole.
void showShareBars(QAbstractItemView& view);

} // namespace lapidary
