// SPDX-License-Identifier: GPL-3.0-or-later
// Two variants on the same samples: no data, choosing it, numbers, the gallery with keys and filters, confusion,
// scores.
#include "tests/ui/journeys/windowbench.h"

#include "tensor/npyfile.h"
#include "tests/support/modelbuilder.h"
#include "ui/panels/comparepanel.h"
#include "ui/panels/gallerypage.h"
#include "ui/panels/pairedpages.h"
#include "ui/panels/sampleview.h"

#include <QComboBox>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>

using namespace lapidary;
using namespace lapidary::test;

namespace {

std::filesystem::path writeNoise(const std::filesystem::path& folder, int count) {
    std::filesystem::create_directories(folder);
    std::vector<std::uint8_t> pixels;
    for (const auto value : randomIntegers(std::size_t(count) * 784, 3, 0, 255))
        pixels.push_back(std::uint8_t(value));
    const auto images = makeTensor<std::uint8_t>({count, 28, 28}, std::move(pixels));
    const auto labels = makeTensor<std::int64_t>({count}, randomIntegers(std::size_t(count), 4, 0, 9));
    for (const auto& [name, tensor] : {std::pair("x.npy", images), std::pair("y.npy", labels)})
        if (auto status = writeNpy(*tensor, folder / name); !status)
            qFatal("%s", status.error().toString().c_str());
    writeFile(folder / "data.json", R"({"lapidary_dataset": 1, "kind": "npy", "root": "x.npy", "labels": "y.npy",
        "preprocess": {"color": "GRAY", "mean": [72.94], "std": [90.02]}})");
    return folder / "data.json";
}

} // namespace

class TestPairedJourney : public TestCase {
    Q_OBJECT

    template <typename T>
    T* find(const char* name) {
        return m_bench->find<T>(name);
    }
    ComparePanel* panel() { return find<ComparePanel>("comparePanel"); }
    PairedSession& session() { return panel()->paired().session(); }
    void click(const char* name) { QTest::mouseClick(find<QToolButton>(name), Qt::LeftButton); }

    TempDir m_home;
    std::unique_ptr<WindowBench> m_bench;
    VariantId m_source = 0, m_pruned = 0;

private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        useHome(m_home.path());
        m_bench = std::make_unique<WindowBench>();
        m_bench->window().resize(1400, 900);
        m_bench->window().show();
        QVERIFY(m_bench->open(resourcesFolder() / "sample" / "fashion.onnx"));
        m_source = m_bench->workspace().current();
        m_pruned = m_bench->make(m_source, "prune.channels", {{"ratio", Json(0.4)}});
        QVERIFY(m_pruned > 0);
        find<QTabWidget>("centreTabs")->setCurrentWidget(panel());
        panel()->compare(m_source, m_pruned);
        QVERIFY(waitUntil([&] { return panel()->session().data() != nullptr; }) && m_bench->settle());
    }
    void cleanupTestCase() { m_bench.reset(); }

    void withoutDataItSaysWhatToDo() {
        click("compareModeNumbers");
        QCOMPARE(panel()->mode(), ComparePanel::Numbers);
        QCOMPARE(session().state(), PairedSession::State::NoData);
        QVERIFY(find<QPushButton>("pairedChooseData")->isVisible());
        QVERIFY(!find<QLabel>("pairedHint")->text().isEmpty());
        // Data that comes starts the comparison that was asked for.
        m_bench->workspace().setDataset("evaluation",
                                        QString::fromStdString(writeNoise(m_home / "data", 300).string()));
        QTRY_COMPARE_WITH_TIMEOUT(session().state(), PairedSession::State::Ready, 60000);
        QCOMPARE(session().result()->samples, std::size_t(300));
        QVERIFY(!find<QPushButton>("pairedChooseData")->isVisible());
        QVERIFY(find<QLabel>("pairedVerdict")->text().contains(QStringLiteral("95 %")));
    }

    void galleryWithKeysAndFilters() {
        click("compareModeDisagreements");
        auto* list = find<QListView>("galleryList");
        const auto& result = *session().result();
        QCOMPARE(list->model()->rowCount(), int(result.disagreements.size()));
        QVERIFY(list->model()->rowCount() > 10);
        QTRY_VERIFY(find<SampleView>("sampleView")->hasPicture());
        const auto first = find<QLabel>("galleryDetail")->text();
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Right);
        QCOMPARE(list->currentIndex().row(), 1);
        QVERIFY(find<QLabel>("galleryDetail")->text() != first);
        const auto& gallery = panel()->paired().gallery().model();
        QTRY_VERIFY(gallery.picture(gallery.index(0)) && !gallery.picture(gallery.index(0))->image.isNull());
        auto* outcome = find<QComboBox>("galleryOutcome");
        std::size_t total = 0;
        for (int i = 1; i < outcome->count(); ++i) {
            outcome->setCurrentIndex(i);
            total += std::size_t(gallery.rowCount());
            for (int row = 0; row < gallery.rowCount(); ++row)
                QCOMPARE(int(gallery.at(gallery.index(row))->outcome()), outcome->currentData().toInt());
        }
        QCOMPARE(total, result.disagreements.size());
        outcome->setCurrentIndex(0);
    }

    void confusionLeadsToSamples() {
        click("compareModeConfusion");
        auto* moves = find<QTreeWidget>("confusionMoves");
        QCOMPARE(moves->topLevelItemCount(), int(session().result()->moves.size()));
        Q_EMIT moves->itemActivated(moves->topLevelItem(0), 0);
        QCOMPARE(panel()->mode(), ComparePanel::Disagreements);
        QVERIFY(panel()->paired().gallery().model().shownClass().has_value());
        QVERIFY(find<QListView>("galleryList")->model()->rowCount() > 0);
        click("compareModeScores");
        QVERIFY(find<QLabel>("scoresCaption")->text().contains(QStringLiteral("%")));
    }

    void layersAndRecipe() {
        click("compareModeLayers");
        QTRY_VERIFY_WITH_TIMEOUT(session().layers() != nullptr, 60000);
        QVERIFY(find<QTreeWidget>("layerErrors")->topLevelItemCount() > 0);
        click("compareModeRecipe");
        QCOMPARE(find<QTreeWidget>("recipeDiffSteps")->topLevelItemCount(), 1);
    }

    void anotherPairDropsTheResult() {
        click("compareModeNumbers");
        const auto before = session().result();
        click("compareSwap");
        QVERIFY(session().result() != before);
        QTRY_COMPARE_WITH_TIMEOUT(session().state(), PairedSession::State::Ready, 60000);
        QCOMPARE(session().result()->counts.onlyA, before->counts.onlyB);
        find<QComboBox>("pairedLimit")->setCurrentIndex(1);
        QTRY_COMPARE_WITH_TIMEOUT(session().state(), PairedSession::State::Ready, 60000);
        QCOMPARE(session().result()->samples, std::size_t(200));
        QVERIFY(m_bench->settle());
    }
};

QTEST_MAIN(TestPairedJourney)
#include "tst_pairedjourney.moc"
