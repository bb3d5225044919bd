// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/searchdelegate.h"

#include "ui/graphview/categorycolors.h"
#include "ui/models/searchresultsmodel.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QPainter>

namespace lapidary {

namespace {

constexpr int gap = Theme::spacing;
constexpr int chip = 10;

/// Draws a piece of the row and gives back what is left of it.
QRect piece(QPainter& painter, QRect row, int width, Qt::Alignment side, const QString& text, Qt::TextElideMode elide) {
    const bool right = side.testFlag(Qt::AlignRight);
    const QRect place = right ? QRect(row.right() - width + 1, row.top(), width, row.height())
                              : QRect(row.left(), row.top(), width, row.height());
    painter.drawText(place, int(side | Qt::AlignVCenter), painter.fontMetrics().elidedText(text, elide, width));
    return right ? row.adjusted(0, 0, -width - gap, 0) : row.adjusted(width + gap, 0, 0, 0);
}

} // namespace

QSize SearchDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {200, option.fontMetrics.height() + 10};
}

void SearchDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const {
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    const auto* style = option.widget ? option.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
    const Theme theme = Theme::of(option.palette);
    const auto text = [&index](int role) { return index.data(role).toString(); };
    const bool isNode = index.data(SearchResultsModel::NodeRole).isValid();

    painter->save();
    painter->setClipRect(option.rect);
    QRect row = option.rect.adjusted(gap, 0, -gap, 0);
    const Rgb fill = categoryFill(NodeCategory(index.data(SearchResultsModel::CategoryRole).toInt()), theme.dark);
    const QColor color(fill.r, fill.g, fill.b);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(isNode ? color : theme.muted, 1));
    painter->setBrush(isNode ? QBrush(color) : QBrush(Qt::NoBrush));
    painter->drawRoundedRect(QRectF(row.left() + 0.5, row.center().y() - chip / 2 + 0.5, chip - 1, chip - 1),
                             isNode ? 2 : chip, isNode ? 2 : chip);
    row.adjust(chip + gap, 0, 0, 0);

    const int digits = painter->fontMetrics().horizontalAdvance(QStringLiteral("00000"));
    const int shape =
        std::min(painter->fontMetrics().horizontalAdvance(QStringLiteral("1x1024x112x112")), row.width() / 4);
    const int kind =
        std::min(painter->fontMetrics().horizontalAdvance(QStringLiteral("BatchNormalization")), row.width() / 4);
    painter->setPen(theme.muted);
    row = piece(*painter, row, digits, Qt::AlignRight, text(SearchResultsModel::ChannelsRole), Qt::ElideRight);
    row = piece(*painter, row, shape, Qt::AlignRight, text(SearchResultsModel::ShapeRole), Qt::ElideMiddle);
    row = piece(*painter, row, kind, Qt::AlignLeft, text(SearchResultsModel::KindRole), Qt::ElideRight);
    painter->setPen(theme.text);
    piece(*painter, row, row.width(), Qt::AlignLeft, text(SearchResultsModel::NameRole), Qt::ElideMiddle);
    painter->restore();
}

} // namespace lapidary
