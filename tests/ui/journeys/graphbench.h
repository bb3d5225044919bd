// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/modelbuilder.h"
#include "tests/ui/journeys/windowbench.h"
#include "ui/graphview/graphview.h"

namespace lapidary::test {

/// Base of tests of the graph in the real window: each test function gets a home and a window with the graph of one
/// model in it, not animated.
class GraphBench : public TestCase {
    Q_OBJECT

protected:
    /// For init(): everything anew, and the model on the screen. A failure fails the test function.
    void start(const Model& model, QSize window);

    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<WindowBench> m_bench;
    GraphView* m_view = nullptr;

private Q_SLOTS:
    void cleanup();
};

} // namespace lapidary::test
