// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/latest.h"
#include "ui/models/thumbnails.h"

#include <QWidget>

namespace lapidary {

/// Draws a picture as large as fits and centred; small ones keep their pixels.
void drawSample(QPainter& painter, const QRect& place, const QImage& image);

/// One sample of a dataset, large; read off the UI thread, the last one asked for wins.
class SampleView : public QWidget {
    Q_OBJECT

public:
    explicit SampleView(QWidget* parent = nullptr);

    /// Null: nothing.
    void showSample(DatasetPtr data, std::size_t sample);
    bool hasPicture() const { return !m_image.image.isNull(); }

    QSize sizeHint() const override { return {280, 280}; }
    QSize minimumSizeHint() const override { return {140, 140}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    SampleImage m_image;
    QString m_text;
    Latest<Result<SamplePicture>> m_reader;
};

} // namespace lapidary
