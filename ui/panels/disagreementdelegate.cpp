// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/disagreementdelegate.h"

#include "ui/models/disagreementmodel.h"
#include "ui/models/pairedtexts.h"
#include "ui/panels/sampleview.h"

#include <QPainter>

namespace lapidary {

namespace {

constexpr int pictureSide = 132;
constexpr int pad = 8;

} // namespace

DisagreementDelegate::DisagreementDelegate(const DisagreementModel& model, QObject* parent)
    : QStyledItemDelegate(parent), m_model(model) {}

QSize DisagreementDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {pictureSide + 4 * pad, pictureSide + 3 * (option.fontMetrics.height() + 2) + 4 * pad};
}

void DisagreementDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const {
    const auto theme = Theme::of(option.palette);
    const auto card = option.rect.adjusted(pad / 2, pad / 2, -pad / 2, -pad / 2);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(selected ? theme.accent : theme.separator, selected ? 2 : 1));
    painter->setBrush(selected                                         ? theme.selection
                      : option.state.testFlag(QStyle::State_MouseOver) ? theme.hover
                                                                       : theme.base);
    painter->drawRoundedRect(QRectF(card).adjusted(1, 1, -1, -1), Theme::radius, Theme::radius);
    const QRect picture(card.left() + (card.width() - pictureSide) / 2, card.top() + pad, pictureSide, pictureSide);
    paintPicture(*painter, picture, index, theme);
    painter->setFont(option.font);
    paintTexts(*painter,
               QRect(card.left() + pad, picture.bottom() + pad / 2, card.width() - 2 * pad,
                     card.bottom() - picture.bottom() - pad),
               index, theme);
    painter->restore();
}

void DisagreementDelegate::paintPicture(QPainter& painter, const QRect& place, const QModelIndex& index,
                                        const Theme& theme) const {
    const auto* image = m_model.picture(index);
    if (image && !image->image.isNull()) {
        drawSample(painter, place, image->colored(theme));
        return;
    }
    painter.setPen(theme.muted);
    painter.drawText(place, Qt::AlignCenter | Qt::TextWordWrap, image ? tr("No picture") : tr("Reading…"));
}

void DisagreementDelegate::paintTexts(QPainter& painter, const QRect& place, const QModelIndex& index,
                                      const Theme& theme) const {
    const auto* sample = m_model.at(index);
    if (!sample)
        return;
    const auto metrics = painter.fontMetrics();
    const int line = metrics.height() + 2;
    const auto* data = m_model.dataset().get();
    int row = 0;
    const auto write = [&](const QString& text, const QString& number, const QColor& color) {
        const QRect box(place.left(), place.top() + line * row++, place.width(), line);
        const int width = number.isEmpty() ? 0 : metrics.horizontalAdvance(number) + 6;
        painter.setPen(color);
        painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(text, Qt::ElideRight, box.width() - width));
        painter.drawText(box, Qt::AlignRight | Qt::AlignVCenter, number);
    };
    if (sample->a.answer < 0) {
        write(QString::fromStdString(data ? data->sampleName(sample->sample) : std::string()), {}, theme.text);
        write(tr("Difference"), PairedTexts::share(sample->distance), theme.text);
        return;
    }
    write(sample->label >= 0 ? tr("is %1").arg(PairedTexts::className(data, sample->label)) : tr("not labelled"), {},
          theme.muted);
    const auto answer = [&](const QString& side, const PairedAnswer& given) {
        const bool right = given.answer == sample->label;
        const auto mark = sample->label < 0 ? QString() : right ? QStringLiteral("✓ ") : QStringLiteral("✗ ");
        write(mark + tr("%1: %2").arg(side, PairedTexts::className(data, given.answer)),
              PairedTexts::share(double(given.score)),
              sample->label < 0 ? theme.text
              : right           ? theme.good
                                : theme.bad);
    };
    answer(tr("A"), sample->a);
    answer(tr("B"), sample->b);
}

} // namespace lapidary
