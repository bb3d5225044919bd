// SPDX-License-Identifier: GPL-3.0-or-later
// A model of 2 GiB whose weights nobody may touch: memory without access rights, whose every first touch is noted with
// the thread that did it.
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include "engine/engine.h"
#include "ui/panels/inspectedtensor.h"
#include "ui/panels/inspectorpage.h"
#include "ui/panels/tensorpanel.h"

#include <QElapsedTimer>
#include <QTest>

#include <atomic>
#include <csignal>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace lapidary;
using namespace lapidary::test;

namespace {

constexpr std::size_t layers = 8;
constexpr std::size_t layerBytes = std::size_t(256) << 20; ///< 8 x 256 MiB
constexpr std::int64_t side = 8192;                        ///< 8192 x 8192 float32

std::byte* memory = nullptr;
std::atomic<std::size_t> touched[layers];
std::atomic<std::size_t> touchedByMain;
pid_t mainThread = 0;

/// Opens the page that was touched (it reads as zeros) and counts it.
void onTouch(int, siginfo_t* info, void*) {
    auto* place = static_cast<std::byte*>(info->si_addr);
    if (place < memory || place >= memory + layers * layerBytes)
        _exit(99); // a real crash
    const auto page = std::size_t(sysconf(_SC_PAGESIZE));
    const auto offset = std::size_t(place - memory) / page * page;
    ++touched[offset / layerBytes];
    if (pid_t(syscall(SYS_gettid)) == mainThread)
        ++touchedByMain;
    mprotect(memory + offset, page, PROT_READ);
}

AnalysedModelPtr guardedModel() {
    ModelBuilder builder;
    builder.input("x0", {1, side});
    for (std::size_t i = 0; i < layers; ++i) {
        const auto number = std::to_string(i);
        auto blob = Blob(std::shared_ptr<const void>(memory, [](const void*) {}),
                         std::span(memory + i * layerBytes, layerBytes));
        builder.init("w" + number, makeTensor(DataType::Float, {side, side}, std::move(blob)));
        builder.node("MatMul", {"x" + number, "w" + number}, {"x" + std::to_string(i + 1)}, {}, "layer" + number);
    }
    auto analysed = std::make_shared<AnalysedModel>();
    analysed->model = builder.output("x" + std::to_string(layers)).build();
    analysed->shapes = ShapeTable(*analysed->model->graph);
    analysed->cost = analyseCost(*analysed->model->graph, analysed->shapes);
    return analysed;
}

} // namespace

class TestLazyTensors : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void pagesReadNothing();
    void onlyWhatIsShownIsRead();
    void newestWinsQuickly();

private:
    struct sigaction m_before {};
    InspectedGraphPtr m_place;
};

void TestLazyTensors::initTestCase() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("sanitizers own the signal this needs");
#endif
    auto* mapped = mmap(nullptr, layers * layerBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED)
        QSKIP("2 GiB of address space are not to be had");
    memory = static_cast<std::byte*>(mapped);
    mainThread = pid_t(syscall(SYS_gettid));
    struct sigaction action {};
    action.sa_sigaction = onTouch;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSEGV, &action, &m_before);
    m_place = InspectedGraph::main(guardedModel());
}

void TestLazyTensors::cleanupTestCase() {
    m_place = nullptr;
    if (memory)
        sigaction(SIGSEGV, &m_before, nullptr);
}

void TestLazyTensors::pagesReadNothing() {
    const QSet<QString> opened;
    InspectorFacts facts;
    facts.place = m_place;
    facts.opened = &opened;
    JobManager jobs;
    TensorPanel panel(jobs); // never shown
    for (const auto& node : m_place->graph().nodes()) {
        QVERIFY(NodePage(facts, *node).html().contains(QStringLiteral("8192x8192")));
        QVERIFY(!ValuePage(facts).html(node->inputs[1]).isEmpty());
        panel.setTensors(InspectedTensors::ofNode(*m_place, *node));
        QCOMPARE(panel.count(), 1);
    }
    QVERIFY(!ModelPage(facts).html().isEmpty());
    QTest::qWait(50);
    for (const auto& count : touched)
        QCOMPARE(count.load(), std::size_t(0));
}

void TestLazyTensors::onlyWhatIsShownIsRead() {
    JobManager jobs;
    TensorPanel panel(jobs);
    panel.resize(360, 600);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    panel.setTensors(InspectedTensors::ofNode(*m_place, *m_place->graph().nodes()[3]));
    QTRY_VERIFY_WITH_TIMEOUT(panel.isSettled(), 60'000);
    QVERIFY(panel.facts()->statistics->sampled()); // 67 M elements
    QVERIFY(panel.findChild<QWidget*>(QStringLiteral("tensorNumbers"))->isVisible());
    QVERIFY(touched[3] > 100);
    QVERIFY(touched[3] < layerBytes / 4096); // a sample, not all of it
    for (std::size_t i = 0; i < layers; ++i)
        if (i != 3)
            QCOMPARE(touched[i].load(), std::size_t(0));
    QCOMPARE(touchedByMain.load(), std::size_t(0));
}

void TestLazyTensors::newestWinsQuickly() {
    JobManager jobs;
    TensorPanel panel(jobs);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    QElapsedTimer clock;
    clock.start();
    for (const std::size_t layer : {5, 6, 5, 6, 3})
        panel.setTensors(InspectedTensors::ofNode(*m_place, *m_place->graph().nodes()[layer]));
    QVERIFY2(clock.elapsed() < 500, qPrintable(QString::number(clock.elapsed())));
    QTRY_VERIFY_WITH_TIMEOUT(panel.isSettled(), 60'000);
    QCOMPARE(panel.facts()->statistics->count, std::uint64_t(side * side));
    QCOMPARE(touched[0].load(), std::size_t(0));
    panel.setTensors(InspectedTensors::ofNode(*m_place, *m_place->graph().nodes()[7]));
    QTest::qWait(5);
    clock.restart();
    panel.hide();
    QVERIFY(clock.elapsed() < 200);
    QCOMPARE(touchedByMain.load(), std::size_t(0));
}

QTEST_MAIN(TestLazyTensors)
#include "tst_lazytensors.moc"
