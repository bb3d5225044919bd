// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/sampleview.h"

#include <QPainter>

#include <algorithm>

namespace lapidary {

void drawSample(QPainter& painter, const QRect& place, const QImage& image) {
    if (image.isNull())
        return;
    const auto size = image.size().scaled(place.size(), Qt::KeepAspectRatio);
    QRect target(QPoint(), size);
    target.moveCenter(place.center());
    // Enlarged a lot, smoothing would hide what the model really gets.
    const bool coarse = size.width() > 2 * image.width();
    painter.setRenderHint(QPainter::SmoothPixmapTransform, !coarse);
    painter.drawImage(target, image);
}

SampleView::SampleView(QWidget* parent) : QWidget(parent), m_reader(this) {
    setObjectName(QStringLiteral("sampleView"));
    setAccessibleName(tr("The sample, large"));
}

void SampleView::showSample(DatasetPtr data, std::size_t sample) {
    m_image = {};
    m_text = data ? tr("Reading…") : QString();
    setToolTip({});
    update();
    if (!data) {
        m_reader.cancel();
        return;
    }
    m_reader.start([data, sample](const Work& work) { return samplePicture(*data, sample, work); },
                   [this](const Result<SamplePicture>& picture) {
                       if (picture)
                           m_image = SampleImage::of(*picture);
                       m_text = picture ? QString() : QString::fromStdString(picture.error().message);
                       if (m_image.heat)
                           setToolTip(tr("The samples are numbers: a heat map of %1").arg(m_image.range));
                       update();
                   });
}

void SampleView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const auto theme = Theme::of(palette());
    if (m_image.image.isNull()) {
        painter.setPen(theme.muted);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, m_text);
        return;
    }
    drawSample(painter, rect(), m_image.colored(theme));
}

} // namespace lapidary
