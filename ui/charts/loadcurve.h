// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVector>
#include <QWidget>

namespace lapidary {

/// One stretch of a run without pause.
struct LoadPoint {
    double seconds = 0; ///< from the beginning
    double medianMs = 0;
    double clockMhz = -1, celsius = -1; ///< -1: not known
};

/// Latency over the seconds of a run without pause; where they are known, the clock and the temperature on a second
/// axis below. UI thread only.
class LoadCurve : public QWidget {
    Q_OBJECT
public:
    explicit LoadCurve(QWidget* parent = nullptr);

    /// `settled`: from when on the speed stays; drawn as a mark if it is later than 0.
    void setPoints(const QVector<LoadPoint>& points, double settled);
    void setEmptyText(const QString& text);
    QVector<LoadPoint> points() const { return m_points; }

    QSize sizeHint() const override { return {480, 280}; }
    QSize minimumSizeHint() const override { return {260, 160}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Strip;
    void paintStrip(QPainter& painter, const QRectF& place, const Strip& strip) const;

    QVector<LoadPoint> m_points;
    double m_settled = -1;
    QString m_emptyText;
};

} // namespace lapidary
