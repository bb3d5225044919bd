// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSlider>

#include <optional>

namespace lapidary {

/// A slider with one marked place: where going further begins to cost more. UI thread only.
class BudgetSlider : public QSlider {
    Q_OBJECT
public:
    explicit BudgetSlider(QWidget* parent = nullptr);

    void setMark(std::optional<int> value);
    std::optional<int> mark() const { return m_mark; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::optional<int> m_mark;
};

} // namespace lapidary
