// SPDX-License-Identifier: GPL-3.0-or-later
#include "augment.h"
#include "classifier.h"
#include "costops.h"
#include "idxfile.h"
#include "onnxops.h"
#include "selfcheck.h"
#include "trainer.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <set>
#include <zlib.h>

using namespace lapidary::sample;

namespace {

/// Images whose class is the row band that is lit, so that a few steps of training learn something.
ImageSet bands(int64_t count) {
    std::mt19937_64 random(7);
    ImageSet set;
    for (int64_t i = 0; i < count; ++i) {
        const auto label = uint8_t(i % kClasses);
        for (int64_t p = 0; p < kPixels; ++p) {
            const int64_t row = p / kSide;
            const bool lit = row >= 2 * label + 4 && row < 2 * label + 7;
            set.pixels.push_back(uint8_t((lit ? 180 : 0) + random() % 60));
        }
        set.labels.push_back(label);
    }
    return set;
}

TrainingSettings quick() {
    TrainingSettings settings;
    settings.epochs = 2;
    settings.batch = 16;
    settings.learningRate = 0.05;
    return settings;
}

bool sameWeights(const ParameterStore& a, const ParameterStore& b) {
    for (size_t i = 0; i < a.entries().size(); ++i) {
        if (!torch::equal(a.entries()[i].tensor, b.entries()[i].tensor)) {
            return false;
        }
    }
    return a.entries().size() == b.entries().size();
}

} // namespace

class TestTrainSample : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        torch::set_num_threads(2);
        QVERIFY(m_folder.isValid());
    }

    void readsPlainAndGzippedIdx() {
        const std::string bytes("\0\0\x08\x02\0\0\0\x02\0\0\0\x03"
                                "abcdef",
                                18);
        const std::string plain = path("plain");
        std::ofstream(plain, std::ios::binary) << bytes;
        const std::string zipped = path("zipped.gz");
        gzFile file = gzopen(zipped.c_str(), "wb");
        QCOMPARE(gzwrite(file, bytes.data(), unsigned(bytes.size())), int(bytes.size()));
        gzclose(file);
        for (const std::string& name : {plain, zipped}) {
            const IdxFile idx = readIdx(name);
            QCOMPARE(idx.dims, (std::vector<int64_t>{2, 3}));
            QCOMPARE(std::string(idx.bytes.begin(), idx.bytes.end()), std::string("abcdef"));
            QCOMPARE(idx.bytesPerItem(), 3);
        }
    }

    void refusesDamagedIdx_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("float data") << QByteArray("\0\0\x0d\x01\0\0\0\x01zzzz", 12);
        QTest::newRow("too short") << QByteArray("\0\0\x08\x01\0\0\0\x05zzzz", 12);
        QTest::newRow("huge") << QByteArray("\0\0\x08\x02\x7f\xff\xff\xff\x7f\xff\xff\xff", 12);
        QTest::newRow("no items") << QByteArray("\0\0\x08\x01\0\0\0\0", 8);
    }

    void refusesDamagedIdx() {
        QFETCH(QByteArray, bytes);
        const std::string name = path("damaged");
        std::ofstream(name, std::ios::binary).write(bytes.data(), bytes.size());
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, readIdx(name));
    }

    void augmentationVariesAndRepeats() {
        const ImageSet set = bands(1);
        std::set<std::vector<uint8_t>> seen;
        std::vector<std::vector<uint8_t>> first;
        for (int round = 0; round < 2; ++round) {
            std::mt19937_64 random(3);
            for (size_t i = 0; i < 400; ++i) {
                std::vector<uint8_t> out(static_cast<size_t>(kPixels));
                augment(set.image(0), out, random);
                seen.insert(out);
                if (round == 0) {
                    first.push_back(out);
                }
                QCOMPARE(out, first[i]);
            }
        }
        // Nine shifts, mirrored or not, and about fifty erased images that hardly ever agree.
        QVERIFY(seen.size() >= 18 + 30 && seen.size() <= 18 + 80);
    }

    void shuffleIsAPermutation() {
        std::mt19937_64 random(3);
        const std::vector<int64_t> order = shuffled(1000, random);
        QCOMPARE(std::set<int64_t>(order.begin(), order.end()).size(), size_t(1000));
        QVERIFY(!std::is_sorted(order.begin(), order.end()));
    }

    // By hand from the layer list in network.h.
    void countsAgreeWithHand() {
        CostOps cost;
        SampleNetwork<CostOps>{cost}({1, kSide});
        const int64_t convolutions = 16 * 9 + 2 * 16 * 16 * 9 + (16 * 32 * 9 + 32 * 32 * 9 + 16 * 32) +
                                     2 * 32 * 32 * 9 + (32 * 64 * 9 + 64 * 64 * 9 + 32 * 64) +
                                     (64 * 128 + 128 * 9 + 128 * 32 + 32 + 32 * 128 + 128 + 128 * 64);
        const int64_t norms = 4 * (3 * 16 + 5 * 32 + 3 * 64 + 2 * 128 + 64);
        QCOMPARE(cost.parameters, convolutions + norms + 640 + 10);
        const int64_t macs = 784 * (144 + 2 * 2304) + 196 * (4608 + 9216 + 512 + 2 * 9216) +
                             49 * (18432 + 36864 + 2048 + 8192 + 1152 + 8192) + 2 * 4096 + 640;
        QCOMPARE(cost.macs, macs);
    }

    void convolutionsAgree() { checkConvolutions(2); }

    void trainingRepeatsAndResumes() {
        const ImageSet set = bands(160);
        const ImageSet held = bands(40);
        const Trained whole = trainNetwork(set, held, quick());
        QVERIFY(whole.finished);
        QVERIFY(sameWeights(whole.network, trainNetwork(set, held, quick()).network));

        TrainingSettings settings = quick();
        settings.checkpoints = path("checkpoints");
        settings.minutes = 1e-9;
        QVERIFY(!trainNetwork(set, held, settings).finished);
        settings.minutes = 0;
        settings.resume = true;
        const Trained resumed = trainNetwork(set, held, settings);
        QVERIFY(resumed.finished);
        QCOMPARE(resumed.epoch, whole.epoch);
        QVERIFY(sameWeights(whole.network, resumed.network));

        settings.seed = 2;
        QVERIFY_THROWS_EXCEPTION(std::exception, trainNetwork(set, held, settings));
        settings.resume = false;
        QVERIFY(!sameWeights(whole.network, trainNetwork(set, held, settings).network));
    }

    void onnxFileComputesWhatWasTrained() {
        const ImageSet set = bands(64);
        Trained trained = trainNetwork(set, set, quick());
        const std::string name = path("network.onnx");
        QVERIFY(toOnnx(trained.network, "test").SerializeToString(&m_bytes));
        std::ofstream(name, std::ios::binary) << m_bytes;
        Classifier classifier(name, 1);
        for (const int64_t count : {int64_t(1), int64_t(5)}) { // the batch dimension is free
            const torch::NoGradGuard guard;
            const torch::Tensor batch = imageTensor(set, 0, count);
            const torch::Tensor expected = runNetwork(trained.network, batch, false).contiguous();
            const std::vector<float> actual =
                classifier.logits({batch.data_ptr<float>(), batch.data_ptr<float>() + batch.numel()});
            QCOMPARE(actual.size(), size_t(expected.numel()));
            for (size_t i = 0; i < actual.size(); ++i) {
                QVERIFY(std::abs(actual[i] - expected.data_ptr<float>()[i]) < 1e-4F);
            }
        }
        const double torchAccuracy = accuracy(trained.network, set);
        QCOMPARE(100.0 * double(classifier.countRight(set, kMean, kStd)) / double(set.size()), torchAccuracy);
    }

private:
    std::string path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)).toStdString(); }

    QTemporaryDir m_folder;
    std::string m_bytes;
};

QTEST_GUILESS_MAIN(TestTrainSample)
#include "tst_trainsample.moc"
