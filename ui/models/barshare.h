// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QVariant>
#include <Qt>

namespace lapidary {

/// What a table says of a number beside its text, for a small bar in the cell. All of them are optional.
enum BarDataRole {
    BarShareRole = Qt::UserRole + 64, ///< double, 0..1: length of the bar, as a share of the cell; invalid: no bar
    BarMarkRole,                      ///< double, 0..1: where a limit stands on the same scale; invalid: no limit
};

/// `value` as a share of `largest`, within 0..1; invalid where either is not a number or `largest` is not above 0, so
/// that an unknown number has no bar.
QVariant barShare(double value, double largest);

/// The bar in words, for readers of the screen: "43 % of the bar"; empty without one.
QString barShareText(const QVariant& share);

} // namespace lapidary
