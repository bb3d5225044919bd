// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <vector>

namespace lapidary {

/// One upright bar for each of many numbers: channels of a weight, or the elements of a vector. Bars grow from zero;
/// where a range is given, a bar spans it instead. More bars than pixels: each pixel column shows the extremes of what
/// it covers. NaN leaves a gap. Click or arrow keys pick a bar. UI thread only.
class ValueBars : public QWidget {
    Q_OBJECT
public:
    explicit ValueBars(QWidget* parent = nullptr);

    void setValues(std::vector<double> values);
    /// Bars from lower to upper; as many of each.
    void setRanges(std::vector<double> lower, std::vector<double> upper);
    std::size_t count() const { return m_upper.size(); }
    double lower(int index) const { return m_lower[std::size_t(index)]; }
    double upper(int index) const { return m_upper[std::size_t(index)]; }
    /// Marks a bar, without a signal; -1: none.
    void setCurrent(int index);
    int current() const { return m_current; }
    /// What stands in place of bars while there are none.
    void setEmptyText(const QString& text);

    QSize sizeHint() const override { return {320, 180}; }
    QSize minimumSizeHint() const override { return {160, 90}; }

Q_SIGNALS:
    void hovered(int index); ///< -1: none any more
    void picked(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QRectF plotRect() const;
    int indexAt(double x) const;
    void measure();
    void hover(int index);
    void paintScale(QPainter& painter) const;

    std::vector<double> m_lower, m_upper;
    double m_bottom = 0, m_top = 1; ///< of the scale; zero is always inside
    int m_current = -1;
    int m_hovered = -1;
    QString m_emptyText;
};

} // namespace lapidary
