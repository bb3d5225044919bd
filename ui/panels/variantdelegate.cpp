// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/variantdelegate.h"

#include "ui/models/varianttreemodel.h"
#include "ui/panels/sharebardelegate.h"
#include "ui/theme/theme.h"
#include "ui/theme/themedicon.h"

#include <QApplication>
#include <QPainter>

namespace lapidary {

namespace {

constexpr int gap = 6;
constexpr int barHeight = 3;
constexpr int markSize = 13;

QFont smaller(QFont font) {
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * 0.88);
    else
        font.setPixelSize(qRound(font.pixelSize() * 0.88));
    return font;
}

/// A clock: what stands here is of another day.
void paintStale(QPainter& painter, const Theme& theme, const QPoint& at) {
    tintedIcon(QStringLiteral("history"), theme.warning).paint(&painter, QRect(at, QSize(markSize, markSize)));
}

} // namespace

QSize VariantDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const int line = option.fontMetrics.height();
    const auto text = index.data().toString();
    const int wide = option.fontMetrics.horizontalAdvance(text) + 3 * gap;
    return {wide, showChanges ? line + QFontMetrics(smaller(option.font)).height() + 8 : line + 10};
}

void VariantDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                                           const QModelIndex&) const {
    const int height = std::min(option.rect.height(), editor->sizeHint().height());
    editor->setGeometry(option.rect.left(), option.rect.center().y() - height / 2, option.rect.width(), height);
}

void VariantDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const {
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    const auto* style = option.widget ? option.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
    painter->save();
    painter->setClipRect(option.rect);
    painter->setRenderHint(QPainter::Antialiasing);
    if (index.column() == VariantTreeModel::Name)
        paintName(*painter, option, index);
    else
        paintNumber(*painter, option, index);
    painter->restore();
}

int VariantDelegate::paintTags(QPainter& painter, const QRect& line, const QStringList& tags) const {
    const Theme theme = Theme::of(QApplication::palette());
    const QFontMetrics metrics = painter.fontMetrics();
    int x = line.left();
    for (const auto& tag : tags) {
        const int wide = std::min(metrics.horizontalAdvance(tag) + 8, line.right() - x);
        if (wide < 16)
            break;
        const QRectF chip(x + 0.5, line.top() + 0.5, wide - 1, line.height() - 1);
        painter.setPen(QPen(theme.border, 1));
        painter.setBrush(theme.raised);
        painter.drawRoundedRect(chip, 4, 4);
        painter.setPen(theme.text);
        painter.drawText(chip, Qt::AlignCenter, metrics.elidedText(tag, Qt::ElideRight, wide - 6));
        x += wide + 4;
    }
    return x;
}

void VariantDelegate::paintName(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Theme theme = Theme::of(option.palette);
    const bool found = index.data(VariantTreeModel::FoundRole).toBool();
    const auto tags = index.data(VariantTreeModel::TagsRole).toStringList();
    const auto note = index.data(VariantTreeModel::NoteRole).toString().section(u'\n', 0, 0);
    QRect row = option.rect.adjusted(gap / 2, 0, -gap, 0);
    if (const auto color = index.data(VariantTreeModel::ColorRole); color.isValid()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color.value<QColor>());
        painter.drawRoundedRect(QRectF(row.left(), row.top() + 4, 4, row.height() - 8), 2, 2);
    }
    row.setLeft(row.left() + 8);
    QFont font = option.font;
    font.setBold(index.data(VariantTreeModel::ReferenceRole).toBool());
    painter.setFont(font);
    painter.setPen(found ? theme.text : theme.muted);
    const QFontMetrics metrics(font);
    const bool second = showChanges && (!tags.isEmpty() || !note.isEmpty());
    const int small = QFontMetrics(smaller(option.font)).height();
    const int top =
        second ? row.center().y() - (metrics.height() + small) / 2 : row.center().y() - metrics.height() / 2;
    const auto name = metrics.elidedText(index.data().toString(), Qt::ElideMiddle, row.width());
    painter.drawText(row.left(), top + metrics.ascent(), name);
    if (index.data(VariantTreeModel::StaleRole).toBool()) {
        const int right = std::min(row.left() + metrics.horizontalAdvance(name) + 4 + markSize, row.right());
        paintStale(painter, theme, QPoint(right - markSize, top + (metrics.height() - markSize) / 2));
    }
    if (!second)
        return;
    painter.setFont(smaller(option.font));
    const QRect line(row.left(), top + metrics.height(), row.width(), small);
    const int x = paintTags(painter, line, tags);
    painter.setPen(theme.muted);
    if (x < line.right() - 20)
        painter.drawText(QRect(x, line.top(), line.right() - x, line.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(note, Qt::ElideRight, line.right() - x));
}

void VariantDelegate::paintNumber(QPainter& painter, const QStyleOptionViewItem& option,
                                  const QModelIndex& index) const {
    const Theme theme = Theme::of(option.palette);
    const bool found = index.data(VariantTreeModel::FoundRole).toBool();
    const bool estimate = index.data(VariantTreeModel::EstimateRole).toBool();
    auto text = index.data().toString();
    auto delta = showChanges ? index.data(VariantTreeModel::DeltaRole).toString() : QString();
    const auto bar = showBars ? index.data(VariantTreeModel::BarRole) : QVariant();
    const QRect row = option.rect.adjusted(gap, 0, -gap, -1);
    if (bar.isValid()) {
        const QRectF ground(row.left(), row.bottom() - barHeight, row.width(), barHeight);
        QColor color = estimate ? theme.estimate : theme.measurement;
        color.setAlphaF(found ? 0.75f : 0.3f);
        paintShareBar(painter, ground, bar.toDouble(), color, theme.separator);
    }
    const QFontMetrics metrics(option.font);
    const QFont smallFont = smaller(option.font);
    if (metrics.horizontalAdvance(text) > row.width()) {
        // A running estimate says how sure it is: beneath, where there is no room beside.
        const auto at = text.indexOf(QStringLiteral(" ± "));
        if (at > 0 && showChanges && delta.isEmpty()) {
            delta = text.mid(at + 1);
            text.truncate(at);
        }
        text = metrics.elidedText(text, Qt::ElideRight, row.width());
    }
    const int small = QFontMetrics(smallFont).height();
    const int space = row.height() - (bar.isValid() ? barHeight : 0);
    const int used = metrics.height() + (delta.isEmpty() ? 0 : small - 2);
    const int top = row.top() + (space - used) / 2;
    painter.setFont(option.font);
    painter.setPen(!found ? theme.muted : estimate ? theme.estimate : theme.text);
    painter.drawText(QRect(row.left(), top, row.width(), metrics.height()), Qt::AlignRight | Qt::AlignVCenter, text);
    if (index.data(VariantTreeModel::StaleRole).toBool()) {
        const int left = row.right() - metrics.horizontalAdvance(text) - markSize - 3;
        paintStale(painter, theme, QPoint(std::max(row.left() - 4, left), top + (metrics.height() - markSize) / 2));
    }
    if (delta.isEmpty())
        return;
    const int judged = index.data(VariantTreeModel::JudgementRole).toInt();
    painter.setFont(smallFont);
    painter.setPen(judged > 0 ? theme.good : judged < 0 ? theme.bad : theme.muted);
    painter.drawText(QRect(row.left(), top + metrics.height() - 2, row.width(), small),
                     Qt::AlignRight | Qt::AlignVCenter, delta);
}

} // namespace lapidary
