// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/journeys/graphbench.h"

#include "onnx/onnxwriter.h"

#include <QTest>

namespace lapidary::test {

void GraphBench::start(const Model& model, QSize window) {
    failOnWarnings();
    m_home = std::make_unique<TempDir>();
    useHome(m_home->path());
    m_bench = std::make_unique<WindowBench>();
    m_bench->window().resize(window);
    m_bench->window().show();
    m_view = m_bench->find<GraphView>("graphView");
    m_view->setAnimated(false);
    const auto file = *m_home / "model.onnx";
    LAPIDARY_VERIFY_OK(writeOnnx(model, file));
    QVERIFY(m_bench->open(file));
    QVERIFY(m_bench->settle());
}

void GraphBench::cleanup() {
    m_bench.reset();
    m_home.reset();
}

} // namespace lapidary::test
