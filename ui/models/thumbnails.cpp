// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/thumbnails.h"

#include <QLocale>

#include <stop_token>

namespace lapidary {

namespace {

constexpr qsizetype cacheBytes = qsizetype(48) << 20;

SampleImage readSmall(const Dataset& data, std::size_t sample, const Work& work) {
    const auto picture = samplePicture(data, sample, work);
    if (!picture)
        return {};
    auto image = SampleImage::of(*picture);
    if (std::max(image.image.width(), image.image.height()) > Thumbnails::side)
        image.image =
            image.image.scaled(Thumbnails::side, Thumbnails::side, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    return image;
}

} // namespace

SampleImage SampleImage::of(const SamplePicture& picture) {
    const auto format = picture.heat ? QImage::Format_Grayscale8 : QImage::Format_RGB888;
    const QImage view(picture.bytes.data(), picture.width, picture.height,
                      qsizetype(picture.width) * (picture.heat ? 1 : 3), format);
    SampleImage result;
    result.image = view.copy();
    result.heat = picture.heat;
    if (picture.heat)
        result.range =
            tr("%1 to %2").arg(QLocale().toString(picture.lowest, 'g', 4), QLocale().toString(picture.highest, 'g', 4));
    return result;
}

QImage SampleImage::colored(const Theme& theme) const {
    if (!heat || image.isNull())
        return image;
    QList<QRgb> colors;
    for (int i = 0; i < 256; ++i)
        colors.append(theme.sequential(i / 255.0).rgb());
    QImage result(image.size(), QImage::Format_RGB32);
    for (int y = 0; y < image.height(); ++y) {
        const auto* from = image.constScanLine(y);
        auto* to = reinterpret_cast<QRgb*>(result.scanLine(y));
        for (int x = 0; x < image.width(); ++x)
            to[x] = colors[from[x]];
    }
    return result;
}

Thumbnails::Thumbnails(QObject* parent) : QObject(parent), m_images(cacheBytes) {
    m_pool.setMaxThreadCount(1);
}

Thumbnails::~Thumbnails() {
    setData(nullptr);
    m_pool.waitForDone();
}

void Thumbnails::setData(DatasetPtr data) {
    if (m_stop)
        m_stop->request_stop();
    m_pool.clear();
    m_stop = std::make_shared<std::stop_source>();
    m_data = std::move(data);
    m_images.clear();
    m_asked.clear();
    m_wish = 0;
}

const SampleImage* Thumbnails::find(std::size_t sample) {
    if (const auto* known = m_images.object(sample))
        return known;
    if (!m_data || m_asked.contains(sample))
        return nullptr;
    m_asked.insert(sample);
    m_pool.start(
        [this, sample, data = m_data, stop = m_stop] {
            Work work;
            work.stop = stop->get_token();
            if (work.stopRequested())
                return;
            auto image = readSmall(*data, sample, work);
            QMetaObject::invokeMethod(
                this,
                [this, sample, stop, image = std::move(image)] {
                    if (stop->stop_requested())
                        return;
                    m_asked.remove(sample);
                    m_images.insert(sample, new SampleImage(image), std::max<qsizetype>(image.image.sizeInBytes(), 64));
                    Q_EMIT ready(sample);
                },
                Qt::QueuedConnection);
        },
        ++m_wish);
    return nullptr;
}

} // namespace lapidary
