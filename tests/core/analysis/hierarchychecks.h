// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/hierarchy/graphhierarchy.h"

#include <QStringList>
#include <QTest>

namespace lapidary::test {

/// One line per group: "  scope layer1.0 (5 nodes)".
QStringList outline(const GraphHierarchy& hierarchy);

int count(const GraphHierarchy& hierarchy, GroupKind kind);

/// The promise behind all contraction: at every level the groups and single nodes can be put in an order in which all
/// data runs forward. Checked the plain way, by Kahn's algorithm on each level, with constants too. Empty if it holds.
QString cyclicLevel(const GraphHierarchy& hierarchy);

/// Every node of every instance stands in exactly one group; counts, depths and keys fit. Empty if so.
QString inconsistency(const GraphHierarchy& hierarchy);

#define VERIFY_SOUND(hierarchy)                                                                                        \
    QCOMPARE(inconsistency(hierarchy), QString());                                                                     \
    QCOMPARE(cyclicLevel(hierarchy), QString())

} // namespace lapidary::test
