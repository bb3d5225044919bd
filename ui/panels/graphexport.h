// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QWidget;

namespace lapidary {

class GraphView;
class Workspace;

/// Asks how and where with GraphExportDialog and writes what a view shows as PNG, SVG or PDF in a job; the workspace
/// tells of the end. `title` is the document's; empty: none. Does nothing where the view shows nothing. UI thread.
void exportGraphOf(const GraphView& view, const QString& title, Workspace& workspace, QWidget* parent);

} // namespace lapidary
