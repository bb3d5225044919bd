// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/progress.h"
#include "tests/support/testsupport.h"

#include <QTest>

using namespace lapidary;

class TestProgress : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void partsNest();
    void withoutRootReportsGoNowhere();
    void stopIsACancelledFailure();
    void resultsCarryEither();
    void diagnosticsTellTheirPlace();
};

void TestProgress::partsNest() {
    const auto root = Progress::root();
    const auto half = root.part(0.5, 1.0, "second half");
    half.set(0.5);
    QCOMPARE(root.snapshot().fraction, 0.75);
    const auto quarter = half.step(1, 2, "its end");
    quarter.set(1.0);
    QCOMPARE(root.snapshot().fraction, 1.0);
    quarter.label("inner");
    QCOMPARE(root.snapshot().label, std::string("inner"));
}

void TestProgress::withoutRootReportsGoNowhere() {
    const Progress none;
    none.part(0, 0.5).set(1);
    none.label("x");
    QCOMPARE(none.snapshot().fraction, 0.0);
}

void TestProgress::stopIsACancelledFailure() {
    std::stop_source source;
    const Work work{source.get_token(), Progress::root()};
    QVERIFY(work.check().ok());
    source.request_stop();
    const auto status = work.part(0, 0.5).check();
    QVERIFY(!status.ok());
    QVERIFY(isCancelled(status.error()));
}

void TestProgress::resultsCarryEither() {
    const Result<int> good = 3;
    const Result<int> bad = errorDiagnostic("a.b", "no");
    QVERIFY(good.ok() && *good == 3 && good.status().ok());
    QVERIFY(!bad.ok());
    const Result<std::string> passedOn = bad.status();
    QCOMPARE(passedOn.error().code, std::string("a.b"));
}

void TestProgress::diagnosticsTellTheirPlace() {
    const auto diagnostic = errorDiagnostic("a.b", "Broken", "Mend it").inFile("f.onnx").atNode("n").atTensor("t");
    const auto text = diagnostic.toString();
    for (const char* part : {"Broken", "f.onnx", "'n'", "'t'"})
        QVERIFY2(text.find(part) != std::string::npos, part);
    QVERIFY(text.find("Mend") == std::string::npos);
    QCOMPARE(int(warningDiagnostic("a", "b").severity), int(Severity::Warning));
}

QTEST_APPLESS_MAIN(TestProgress)
#include "tst_progress.moc"
