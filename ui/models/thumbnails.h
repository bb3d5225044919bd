// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/samplepicture.h"
#include "ui/theme/theme.h"

#include <QCache>
#include <QCoreApplication>
#include <QImage>
#include <QObject>
#include <QSet>
#include <QThreadPool>

#include <atomic>

namespace lapidary {

/// A sample's picture; `heat`: grey levels that stand for numbers and get the theme's colours when drawn.
class SampleImage {
    Q_DECLARE_TR_FUNCTIONS(lapidary::SampleImage)

public:
    QImage image;
    bool heat = false;
    QString range; ///< of a heat map: "0.00 to 1.00"

    static SampleImage of(const SamplePicture& picture);
    QImage colored(const Theme& theme) const;
};

/// Small pictures of a dataset's samples, read on a thread of its own when first asked for, the newest wish first.
/// Keeps the last ones (48 MB). UI thread.
class Thumbnails : public QObject {
    Q_OBJECT

public:
    static constexpr int side = 160; ///< pixels at most

    explicit Thumbnails(QObject* parent = nullptr);
    ~Thumbnails() override;

    /// Forgets everything and goes over to another dataset.
    void setData(DatasetPtr data);
    /// Null while it is read, an image without pixels if the sample cannot be shown.
    const SampleImage* find(std::size_t sample);

Q_SIGNALS:
    void ready(std::size_t sample);

private:
    DatasetPtr m_data;
    QCache<quint64, SampleImage> m_images;
    QSet<quint64> m_asked;
    QThreadPool m_pool;
    int m_wish = 0; ///< grows: the priority of the next one
    std::shared_ptr<std::stop_source> m_stop;
};

} // namespace lapidary
