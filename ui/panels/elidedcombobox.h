// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>

namespace lapidary {

/// A combo box for names of any length: takes little room, cuts what does not fit with an ellipsis, and says the whole
/// name in its tool tip, before its own text. UI thread.
class ElidedComboBox : public QComboBox {
public:
    explicit ElidedComboBox(int letters, QWidget* parent = nullptr); ///< room for so many

    QString shownText() const; ///< of the chosen entry, as far as it fits

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;
};

} // namespace lapidary
