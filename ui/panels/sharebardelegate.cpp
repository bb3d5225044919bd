// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/sharebardelegate.h"

#include "ui/models/barshare.h"
#include "ui/theme/theme.h"

#include <QAbstractItemView>
#include <QPainter>

#include <algorithm>

namespace lapidary {

namespace {

constexpr int sideGap = 6, barHeight = 3, lowerGap = 0;
constexpr double leastWidth = 2; // a small number is not none
constexpr double corner = 1.5;
constexpr int markAbove = 2; // the limit is higher than the bar

void paintMark(QPainter& painter, const QRectF& ground, double share, const QColor& color) {
    const double x = ground.left() + std::clamp(share, 0.0, 1.0) * (ground.width() - 2);
    painter.fillRect(QRectF(x, ground.top() - markAbove, 2, ground.height() + markAbove), color);
}

} // namespace

void paintShareBar(QPainter& painter, const QRectF& ground, double share, const QColor& color, const QColor& empty) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(empty);
    painter.drawRoundedRect(ground, corner, corner);
    if (share <= 0)
        return;
    QRectF filled = ground;
    filled.setWidth(std::max(leastWidth, ground.width() * std::min(share, 1.0)));
    painter.setBrush(color);
    painter.drawRoundedRect(filled, corner, corner);
}

QRectF ShareBarDelegate::ground(const QRect& cell) {
    return QRectF(cell.left() + sideGap, cell.bottom() + 1 - lowerGap - barHeight, cell.width() - 2 * sideGap,
                  barHeight);
}

void ShareBarDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyledItemDelegate::paint(painter, option, index);
    const auto share = index.data(BarShareRole);
    const auto place = ground(option.rect);
    if (!share.isValid() || place.width() < 1)
        return;
    const Theme theme = Theme::of(option.palette);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    paintShareBar(*painter, place, share.toDouble(), theme.measurement, theme.separator);
    if (const auto mark = index.data(BarMarkRole); mark.isValid())
        paintMark(*painter, place, mark.toDouble(), theme.text);
    painter->restore();
}

void showShareBars(QAbstractItemView& view) {
    view.setItemDelegate(new ShareBarDelegate(&view));
}

} // namespace lapidary
