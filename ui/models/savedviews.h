// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/viewplace.h"

#include <QObject>

#include <array>

namespace lapidary {

/// Nine places under the number keys, kept per project folder with the user's settings. UI thread.
class SavedViews : public QObject {
    Q_OBJECT

public:
    static constexpr int count = 9;

    using QObject::QObject;

    /// Reads those of a project; an empty folder: there is none.
    void open(const QString& projectFolder);
    /// slot: 1..9.
    void store(int slot, const ViewPlace& place);
    /// Where one looked last, to begin there next time; empty if that is not known.
    void storeLast(const ViewPlace& place);
    ViewPlace last() const;
    const ViewPlace& at(int slot) const { return m_places[std::size_t(slot - 1)]; } ///< empty: nothing stored
    /// What to call it: the node in the middle and the zoom.
    QString name(int slot) const;

Q_SIGNALS:
    void changed();

private:
    QString key(int slot) const;

    QString m_project;
    std::array<ViewPlace, count> m_places;
};

} // namespace lapidary
