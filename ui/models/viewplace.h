// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/graphview/laidpicture.h"
#include "ui/graphview/viewport.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>

namespace lapidary {

/// Where somebody looked and what was selected, by names, so that it can be found again in another layout, after a pass
/// and in another session.
struct ViewPlace {
    QString anchor; ///< the node in the middle, or nearest to it
    QPointF offset; ///< from its centre to the middle of the view, in scene units
    double scale = 1;
    QString current; ///< the node last touched
    QStringList selected;

    bool isEmpty() const { return anchor.isEmpty(); }
    QJsonObject toJson() const;
    static ViewPlace fromJson(const QJsonObject& json); ///< empty if it is none
    bool operator==(const ViewPlace&) const = default;
};

/// `near`: the picture id to hold on to if it is in view; otherwise the node nearest to the middle. Empty for an empty
/// picture.
ViewPlace placeOf(const LaidPicture& picture, const Viewport& view, std::optional<quint32> near);
/// The view that shows the place; nothing if its anchor is gone.
std::optional<Viewport> viewOf(const ViewPlace& place, const LaidPicture& picture, QSizeF size);

} // namespace lapidary
