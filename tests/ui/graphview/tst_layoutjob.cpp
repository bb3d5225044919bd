// SPDX-License-Identifier: GPL-3.0-or-later
// Layout beside the user interface: a coarse picture first when it takes long, quick to cancel, the last call wins.
#include "layoutchecks.h"
#include "samplepictures.h"
#include "testsupport.h"
#include "ui/graphview/graphview.h"
#include "ui/graphview/layoutjob.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <thread>

using namespace lapidary;

class TestLayoutJob : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void quickOnesComeOnce();
    void slowOnesComeTwice();
    void coarsePicturesHoldGuarantees();
    void lastCallWins();
    void cancelsSoon();
    void viewStaysAnchored();
};

void TestLayoutJob::quickOnesComeOnce() {
    LayoutJob job;
    QSignalSpy first(&job, &LayoutJob::preliminary);
    QSignalSpy last(&job, &LayoutJob::finished);
    job.setPatience(std::chrono::seconds(30));
    job.start(sample::residual(200), {});
    QVERIFY(job.isRunning());
    QTRY_COMPARE(last.count(), 1);
    QVERIFY(!job.isRunning());
    QCOMPARE(first.count(), 0);
    QVERIFY(!last[0][0].value<LaidPicturePtr>()->isCoarse());
}

void TestLayoutJob::slowOnesComeTwice() {
    LayoutJob job;
    std::vector<LaidPicturePtr> came;
    connect(&job, &LayoutJob::preliminary, this, [&](const LaidPicturePtr& picture) {
        QVERIFY(job.isRunning());
        came.push_back(picture);
    });
    connect(&job, &LayoutJob::finished, this, [&](const LaidPicturePtr& picture) { came.push_back(picture); });
    job.setPatience(std::chrono::milliseconds(0));
    // Many crossings make the difference between the two large.
    const GraphPicture picture = sample::tangle(12000, 4);
    job.start(picture, {});
    QTRY_VERIFY_WITH_TIMEOUT(!job.isRunning(), 60000);
    QCOMPARE(came.size(), std::size_t(2));
    QVERIFY(came[0]->isCoarse());
    QVERIFY(!came[1]->isCoarse());
    QCOMPARE(came[0]->nodeCount(), came[1]->nodeCount());
    QVERIFY(came[1]->layout().crossings < came[0]->layout().crossings);
    QVERIFY(check::same(came[1]->layout(), LaidPicture::make(picture)->layout()));
}

void TestLayoutJob::coarsePicturesHoldGuarantees() {
    GraphPicture picture = sample::tangle(90, 2);
    sample::nest(picture, 8, 3);
    for (const auto direction : {LayoutDirection::TopDown, LayoutDirection::LeftRight}) {
        picture.direction = direction;
        const auto laid = LaidPicture::make(LaidPicture::withoutLooseEdges(picture), {}, {nullptr, true});
        LayoutGraph graph = check::toGraph(picture);
        check::checkBoxes(laid->layout());
        check::checkFrames(graph, laid->layout());
        check::checkLines(graph, laid->layout());
    }
}

void TestLayoutJob::lastCallWins() {
    LayoutJob job;
    QSignalSpy last(&job, &LayoutJob::finished);
    job.setPatience(std::chrono::milliseconds(0));
    job.start(sample::tangle(8000, 1), {});
    job.start(sample::chain(20), {});
    QTRY_VERIFY_WITH_TIMEOUT(!job.isRunning(), 30000);
    QTest::qWait(50);
    QCOMPARE(last.count(), 1);
    QCOMPARE(last[0][0].value<LaidPicturePtr>()->nodeCount(), 20U);
}

void TestLayoutJob::cancelsSoon() {
    // Destroying waits for the threads, so it shows how long they go on. Several moments hit several steps. The
    // median counts: the machine may be busy with other things.
    std::vector<qint64> waits;
    for (const int moment : {5, 40, 90, 150, 220, 300, 400}) {
        auto job = std::make_unique<LayoutJob>();
        job->setPatience(std::chrono::milliseconds(50));
        job->start(sample::tangle(40000, 7), {});
        std::this_thread::sleep_for(std::chrono::milliseconds(moment));
        QElapsedTimer timer;
        timer.start();
        job->cancel();
        job.reset();
        waits.push_back(timer.elapsed());
    }
    std::sort(waits.begin(), waits.end());
    QVERIFY2(waits[waits.size() / 2] <= 200, qPrintable(QString::number(waits[waits.size() / 2])));
}

void TestLayoutJob::viewStaysAnchored() {
    GraphView view;
    view.resize(900, 700);
    view.show();
    view.setAnimated(false);
    const GraphPicture picture = sample::transformer(400);
    const auto coarse = LaidPicture::make(LaidPicture::withoutLooseEdges(picture), {}, {nullptr, true});
    view.showPicture(coarse);
    const quint32 id = picture.nodes[200].id;
    view.setSelection({id});
    view.resetZoom();
    QVERIFY(view.ensureVisible(id));
    const QPointF before = view.nodeRect(id)->center();
    view.showPicture(LaidPicture::make(picture));
    QVERIFY((view.nodeRect(id)->center() - before).manhattanLength() < 2);
}

QTEST_MAIN(TestLayoutJob)
#include "tst_layoutjob.moc"
