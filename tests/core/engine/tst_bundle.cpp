// SPDX-License-Identifier: GPL-3.0-or-later
#include "bundlebench.h"
#include "engine/bundlefiles.h"
#include "engine/bundlegoldens.h"
#include "engine/datasets.h"
#include "onnx/onnxreader.h"
#include "onnx/onnxwriter.h"
#include "tensor/npyfile.h"

#include <QProcess>
#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace fs = std::filesystem;

namespace {

const fs::path sampleProject = fs::path(LAPIDARY_SOURCE_DIR) / "resources/sample";
const std::string plain =
    R"({"resize": {"width": 16, "height": 16}, "color": "RGB", "mean": [120, 110, 100], "std": [58, 57, 60]})";

std::map<std::string, std::string> contentsOf(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files[entry.path().lexically_relative(folder).string()] = readFile(entry.path());
    return files;
}

} // namespace

class BundleTest : public TestCase {
    Q_OBJECT

private:
    TempDir m_dir;
    int m_next = 0;

    fs::path freshPlace() { return m_dir / ("bundle" + std::to_string(m_next++)); }

private Q_SLOTS:
    void initTestCase() { qputenv("LAPIDARY_CACHE", QByteArray::fromStdString((m_dir / "cache").string())); }

    void holdsEverything() {
        const auto data = writePictures(m_dir / "data", plain);
        auto source = bundleSourceOf(smallClassifier(16), data);
        LAPIDARY_VERIFY_OK(source);
        source->name = "small";
        const auto place = freshPlace();
        const auto written = writeBundle(*source, place);
        LAPIDARY_VERIFY_OK(written);
        const auto files = contentsOf(place);
        for (const char* name : {"model.onnx", "bundle.json", "golden.json", "golden/images.csv", "golden/000.ppm",
                                 "golden/000.input-0.npy", "golden/003.output-0.npy", "golden/003.output-1.npy",
                                 "classes.txt", "LICENCES.md", "README.md", "SHA256SUMS", "samples/cpp/classify.cpp",
                                 "samples/cpp/contract.h", "samples/python/classify.py"})
            QVERIFY2(files.contains(name), name);
        QCOMPARE(written->files, files.size());
        const auto json = Json::parse(files.at("bundle.json"));
        LAPIDARY_VERIFY_OK(json);
        QCOMPARE((*json)["preprocess"]["std"].array().size(), std::size_t(3));
        QCOMPARE((*json)["classes"].array().size(), std::size_t(6));
        QCOMPARE((*json)["model"]["sha256"].toString(), sha256(files.at("model.onnx")));
        QCOMPARE((*json)["inputs"].array()[0]["shape"].dump(), std::string(R"(["N",3,16,16])"));
        QVERIFY(
            !QString::fromStdString(files.at("bundle.json")).contains(QString::fromStdString(m_dir.path().string())));
        const auto& readme = files.at("README.md");
        for (const std::string& fact :
             {sha256(files.at("model.onnx")), std::string("red, green, blue"), std::string("16 x 16 pixels"),
              std::string("NCHW"), std::string("numbers from -2.069 to 2.583"), std::string("names 6 classes"),
              std::string("neither accuracy nor latency is known"), std::string("classify.py . --self-test")})
            QVERIFY2(readme.find(fact) != std::string::npos, fact.c_str());
        // What sha256sum itself says of the list.
        QProcess sums;
        sums.setWorkingDirectory(QString::fromStdString(place.string()));
        sums.start(QStringLiteral("sha256sum"),
                   {QStringLiteral("--check"), QStringLiteral("--quiet"), QStringLiteral("SHA256SUMS")});
        QVERIFY(sums.waitForFinished());
        QCOMPARE(sums.exitCode(), 0);
        const auto verified = verifyBundle(place);
        QCOMPARE(firstFailure(verified), std::string());
        QCOMPARE(verified->checks.size(), std::size_t(3 + 4 + 8));
    }

    void goldensAreWhatTheDatasetGives() {
        const auto data = writePictures(m_dir / "data", plain);
        const auto place = freshPlace();
        const auto written = writeBundle(*bundleSourceOf(smallClassifier(16), data), place, {.goldens = 3});
        LAPIDARY_VERIFY_OK(written);
        const auto opened = openDataset(data);
        const std::size_t spread[] = {0, 4, 8};
        for (std::size_t i = 0; i < 3; ++i) {
            const auto& golden = written->description.goldens[i];
            QCOMPARE(golden.name, "p" + std::to_string(spread[i]) + ".ppm");
            QCOMPARE(golden.label.value(), std::int64_t(spread[i] % 6));
            QCOMPARE(readFile(place / golden.raw), readFile(m_dir / "data" / golden.name));
            const auto input = readNpy(place / golden.inputs[0]);
            QCOMPARE(tensorsDiffer(**input, *(*opened)->batch(spread[i], 1)->input), std::string());
        }
        // The bundle's own dataset is one that Lapidary opens.
        const auto own = openDataset(place / "golden.json");
        LAPIDARY_VERIFY_OK(own);
        QCOMPARE((*own)->size(), std::size_t(3));
        QCOMPARE((*own)->classes().size(), std::size_t(6));
    }

    void sameBytesTwice() {
        const auto source = bundleSourceOf(smallClassifier(16), writePictures(m_dir / "data", plain));
        const auto a = freshPlace(), b = freshPlace();
        LAPIDARY_VERIFY_OK(writeBundle(*source, a));
        LAPIDARY_VERIFY_OK(writeBundle(*source, b));
        QVERIFY(contentsOf(a) == contentsOf(b));
    }

    void arraysAndMadeUpInputs() {
        ModelBuilder b;
        b.symbolicInput("x", DataType::Float, {"N", "3", "5"}).node("Flatten", {"x"}, {"f"}).init("w", {15, 3}, 3);
        b.node("MatMul", {"f", "w"}, {"y"}).output("y");
        const auto model = Engine::analyse(b.build()).value();
        LAPIDARY_VERIFY_OK(writeNpy(*makeTensor<float>({6, 3, 5}, randomFloats(90, 5)), m_dir / "x.npy"));
        writeFile(
            m_dir / "x.json",
            R"({"lapidary_dataset": 1, "kind": "npy", "root": "x.npy", "preprocess": {"scale": 2, "mean": [1, 2, 3]}})");
        const auto place = freshPlace();
        LAPIDARY_VERIFY_OK(writeBundle(*bundleSourceOf(model, m_dir / "x.json"), place));
        QCOMPARE(firstFailure(verifyBundle(place)), std::string());
        const auto without = freshPlace();
        LAPIDARY_VERIFY_OK(writeBundle(*bundleSourceOf(model, {}), without));
        QCOMPARE(firstFailure(verifyBundle(without)), std::string());
        QVERIFY(!fs::exists(without / "samples"));
    }

    void estimatesAreNotMeasured() {
        auto source = bundleSourceOf(smallClassifier(16), writePictures(m_dir / "data", plain));
        LAPIDARY_VERIFY_OK(source);
        const auto read = Json::parse(R"({"evaluation": {"top1": 81.5, "top1_low": 79, "top1_high": 84, "samples": 900,
                                           "dataset": {"name": "clothes"}},
                                          "profiles": [{"device": "board", "median_ms": 4.2, "ci95_ms": [4.1, 4.3], "runs": 50,
                                           "threads": 1, "batch": 1}, {"device": "paper", "median_ms": 2, "ci95_ms": [2, 2],
                                           "threads": 4, "batch": 1, "estimate": true}]})");
        LAPIDARY_VERIFY_OK(read);
        source->measured = *read;
        const auto place = freshPlace();
        LAPIDARY_VERIFY_OK(writeBundle(*source, place));
        const auto readme = readFile(place / "README.md");
        for (const char* line :
             {"| Top-1 | 81.50 % (95 %: 79.00 to 84.00) | 900 samples of clothes |",
              "| Latency on board | 4.200 ms (95 %: 4.100 to 4.300) | median of 50 runs, 1 thread, batch 1 |",
              "| Latency, *estimated, not measured*, for paper | about 2.000 ms | 4 threads, batch 1 |"})
            QVERIFY2(readme.find(line) != std::string::npos, readme.c_str());
    }

    void refusesWhatIsThere() {
        const auto source = bundleSourceOf(smallClassifier(16), writePictures(m_dir / "data", plain));
        const auto place = freshPlace();
        fs::create_directories(place);
        LAPIDARY_VERIFY_OK(writeBundle(*source, place)); // an empty folder is fine
        const auto again = writeBundle(*source, place);
        QVERIFY(!again.ok());
        QCOMPARE(again.error().code, std::string("bundle.exists"));
        LAPIDARY_VERIFY_OK(writeBundle(*source, place, {.goldens = 2, .replace = true}));
        QVERIFY(!fs::exists(place / "golden/003.ppm"));
        const auto other = freshPlace();
        writeFile(m_dir / "keep.txt", "mine");
        fs::create_directories(other);
        fs::copy(m_dir / "keep.txt", other / "keep.txt");
        QCOMPARE(writeBundle(*source, other, {.replace = true}).error().code, std::string("bundle.exists"));
        QVERIFY(fs::exists(other / "keep.txt"));
        // A failure on the way leaves nothing behind, neither the folder nor the half of it.
        auto broken = *source;
        broken.dataset = m_dir / "nothing.json";
        const auto before = contentsOf(m_dir.path()).size();
        QVERIFY(!writeBundle(broken, freshPlace()).ok());
        QCOMPARE(contentsOf(m_dir.path()).size(), before);
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(isCancelled(writeBundle(*source, freshPlace(), {}, Work{stop.get_token(), {}}).error()));
        QCOMPARE(contentsOf(m_dir.path()).size(), before);
    }

    void variantsBringTheirStory() {
        Engine engine({QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
        ProjectSession session(engine, Project::create(m_dir / "project").value());
        std::string images, labels;
        for (const std::uint32_t n : {0x803u, 40u, 28u, 28u})
            images += std::string{char(n >> 24), char(n >> 16), char(n >> 8), char(n)};
        for (const std::uint32_t n : {0x801u, 40u})
            labels += std::string{char(n >> 24), char(n >> 16), char(n >> 8), char(n)};
        for (const auto value : randomIntegers(40 * 784, 3, 0, 255))
            images += char(value);
        for (const auto value : randomIntegers(40, 4, 0, 9))
            labels += char(value);
        writeFile(m_dir / "i.idx", images);
        writeFile(m_dir / "l.idx", labels);
        writeFile(m_dir / "set.json",
                  R"({"lapidary_dataset": 1, "name": "noise", "kind": "idx", "root": "i.idx", "labels": "l.idx",
                                         "preprocess": {"color": "GRAY", "mean": [72.94], "std": [90.02]}})");
        for (const char* role : {"evaluation", "calibration"})
            LAPIDARY_VERIFY_OK(session.setDataset(role, m_dir / "set.json"));
        const auto root = session.importModel(sampleProject / "fashion.onnx", "fashion");
        LAPIDARY_VERIFY_OK(root);
        const auto recipe = [](const char* name) {
            return Recipe::parse(readFile(sampleProject / "recipes" / name)).value();
        };
        const auto pruned = session.apply({*root, recipe("05-prune-12.json"), {}});
        LAPIDARY_VERIFY_OK(pruned);
        const auto id = session.apply({*pruned, recipe("08-int8-minmax.json"), "small"});
        LAPIDARY_VERIFY_OK(id);
        LAPIDARY_VERIFY_OK(session.evaluate(*id, 0, {}));
        const auto source = bundleSourceOf(session, *id);
        LAPIDARY_VERIFY_OK(source);
        QCOMPARE(source->recipes.array().size(), std::size_t(2));
        QVERIFY(source->recipes.array()[1]["steps"].array()[0]["version"].toInteger() >= 1);
        QCOMPARE(source->measured["evaluation"]["dataset"]["name"].toString(), std::string("noise"));
        const auto place = freshPlace();
        LAPIDARY_VERIFY_OK(writeBundle(*source, place));
        QCOMPARE(firstFailure(verifyBundle(place, {.dataset = m_dir / "set.json"})), std::string());

        // The card is in the exported model and nowhere else: the variant keeps its hash.
        const auto read = readOnnx(place / "model.onnx");
        LAPIDARY_VERIFY_OK(read);
        const auto card = modelCardOf(*read->model);
        QCOMPARE(card["source_sha256"].toString(), session.project().variant(*root)->modelHash);
        QCOMPARE(card["variant_sha256"].toString(), session.project().variant(*id)->modelHash);
        QCOMPARE(card["accuracy"]["samples"].toInteger(), std::int64_t(40));
        QVERIFY(modelCardOf(*(*session.model(*id))->model).isNull());
        LAPIDARY_VERIFY_OK(session.reproduce(*id));
        LAPIDARY_VERIFY_OK(session.exportModel(*id, m_dir / "alone.onnx"));
        QCOMPARE(sha256(readFile(m_dir / "alone.onnx")), sha256(readFile(place / "model.onnx")));
        LAPIDARY_VERIFY_OK(session.exportModel(*root, m_dir / "root.onnx"));
        QVERIFY(modelCardOf(*readOnnx(m_dir / "root.onnx")->model).isNull());
        // The recipes of the bundle give the variant again from the source.
        auto model = (*session.model(*root))->model;
        const auto calibration = calibratorFor(openCachedDataset(m_dir / "set.json").value());
        for (const auto& entry : source->recipes.array())
            model = engine.apply(model, Recipe::fromJson(entry).value(), calibration.get())->model;
        QCOMPARE(sha256(*serializeOnnx(*model)), source->variantHash);
    }

    void cardsKeepForeignMetadata() {
        auto model = std::make_shared<Model>(*smallClassifier(16)->model);
        model->metadata = {{"author", "someone"}, {"lapidary.versions", "an older one"}, {"license", "Apache-2.0"}};
        const auto carded = withModelCard(*model, {"new", "source", "variant", Json::Array{}, {}});
        const auto back = readOnnx(Blob(*serializeOnnx(*carded)));
        LAPIDARY_VERIFY_OK(back);
        QCOMPARE(back->model->metadata[0], std::pair(std::string("author"), std::string("someone")));
        QCOMPARE(back->model->metadata[1], std::pair(std::string("license"), std::string("Apache-2.0")));
        const auto card = modelCardOf(*back->model);
        QCOMPARE(card["versions"].toString(), std::string("new"));
        QVERIFY(card["recipes"].isArray());
        QVERIFY(!card.contains("accuracy"));
        const auto place = freshPlace();
        const auto analysed = Engine::analyse(model);
        LAPIDARY_VERIFY_OK(writeBundle(*bundleSourceOf(*analysed, {}), place));
        QVERIFY(readFile(place / "LICENCES.md").find("license: Apache-2.0") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(BundleTest)
#include "tst_bundle.moc"
