// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <cstdint>
#include <vector>

namespace lapidary {

/// Counts in bins of equal width over 0..1 of two things that are compared, one above the line, the other below. Of
/// each bin the part `marked` (answered wrongly) is hatched. UI thread only.
class MirrorHistogram : public QWidget {
    Q_OBJECT
public:
    struct Side {
        QString name;
        std::vector<std::uint64_t> all, marked; ///< marked: as many bins, or empty
    };

    explicit MirrorHistogram(QWidget* parent = nullptr);

    /// `quantity`: what runs along the axis; `mark`: what the hatched part is. Translated.
    void setSides(const Side& above, const Side& below, const QString& quantity, const QString& mark);
    /// The square root of counts as heights: small bins stay visible beside a tall one.
    void setRootScale(bool on);
    bool rootScale() const { return m_root; }

    QSize sizeHint() const override { return {420, 260}; }
    QSize minimumSizeHint() const override { return {220, 110}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    QRectF plotRect() const;
    double heightOf(std::uint64_t count) const;
    void paintSide(QPainter& painter, const QRectF& plot, const Side& side, int color, bool up) const;
    QString binText(std::size_t bin) const;

    Side m_above, m_below;
    QString m_quantity, m_mark;
    bool m_root = true;
    double m_largest = 1;
};

} // namespace lapidary
