// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace lapidary {

/// One number with its interval, on an axis shared with others.
struct IntervalBar {
    QString label;
    double value = 0, low = 0, high = 0;
    QString text;          ///< written at the end of the row; names what the row says to those who do not see it
    int color = 0;         ///< categorical; -1: good, -2: bad, -3: neither
    bool estimate = false; ///< nothing was measured: a hollow point without whiskers
};

/// Rows of points with whiskers. With a zero line inside the axis the rows are differences. UI thread only.
class IntervalBars : public QWidget {
    Q_OBJECT
public:
    explicit IntervalBars(QWidget* parent = nullptr);

    /// `zero`: the axis holds 0 and marks it; otherwise it fits the intervals.
    void setBars(const QVector<IntervalBar>& bars, bool zero, const QString& unit);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int rowHeight() const;

    QVector<IntervalBar> m_bars;
    bool m_zero = false;
    QString m_unit;
    double m_from = 0, m_to = 1;
};

} // namespace lapidary
