// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/batchreader.h"
#include "data/dataset.h"
#include "testsupport.h"

#include <opencv2/imgcodecs.hpp>
#include <zlib.h>

#include <QTest>

#include <cstring>

using namespace lapidary;
namespace fs = std::filesystem;

namespace {

void writeImage(const fs::path& path, int value, int width = 6, int height = 4) {
    fs::create_directories(path.parent_path());
    cv::imwrite(path.string(), cv::Mat(height, width, CV_8UC3, cv::Scalar(value, value + 1, value + 2)));
}

std::string bigEndian(std::uint32_t number) {
    return {char(number >> 24), char(number >> 16), char(number >> 8), char(number)};
}

std::string idx(const std::vector<std::uint32_t>& extents, const std::string& data) {
    std::string file = {'\0', '\0', '\x08', char(extents.size())};
    for (const auto extent : extents)
        file += bigEndian(extent);
    return file + data;
}

std::string gzipped(const std::string& data) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(compressBound(uLong(data.size())) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
    stream.avail_in = uInt(data.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = uInt(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string npy(const std::string& descr, const std::string& shape, const std::string& data, char version = 1) {
    std::string header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
    header.resize((header.size() + 63) / 64 * 64, ' ');
    header.back() = '\n';
    std::string file = std::string("\x93NUMPY") + version + '\0';
    file += char(header.size() & 255);
    file += char(header.size() >> 8);
    if (version > 1)
        file += std::string(2, '\0');
    return file + header + data;
}

template <typename T>
std::string bytesOf(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

std::vector<float> valuesOf(const Batch& batch) {
    const auto view = batch.input->view<float>();
    return {view.begin(), view.end()};
}

} // namespace

class TestDataset : public test::TestCase {
    Q_OBJECT

    test::TempDir m_dir;

    Result<DatasetPtr> open(const std::string& json, const DatasetOptions& options = {}) {
        test::writeFile(m_dir / "data.json", json);
        return openDataset(m_dir / "data.json", options);
    }
    void expectError(const std::string& json, const std::string& code, const std::string& part) {
        auto data = open(json);
        QVERIFY2(!data.ok(), json.c_str());
        QCOMPARE(data.error().code, code);
        QVERIFY2(data.error().toString().find(part) != std::string::npos, data.error().toString().c_str());
    }

private Q_SLOTS:
    void folderClassesSortByName() {
        writeImage(m_dir / "f/pears/b.png", 20);
        writeImage(m_dir / "f/pears/a.png", 10);
        writeImage(m_dir / "f/apples/z.PNG", 30);
        test::writeFile(m_dir / "f/apples/notes.txt", "no image");
        auto data = open(R"({"lapidary_dataset": 1, "kind": "image-folder", "root": "f", "label_offset": 1})");
        LAPIDARY_VERIFY_OK(data);
        QCOMPARE((*data)->size(), std::size_t(3));
        QCOMPARE((*data)->classes(), (std::vector<std::string>{"apples", "pears"}));
        QCOMPARE((*data)->sampleShape(), (Shape{3, 4, 6}));
        auto batch = (*data)->batch(0, 10);
        LAPIDARY_VERIFY_OK(batch);
        QCOMPARE(batch->labels, (std::vector<std::int64_t>{1, 2, 2}));
        QCOMPARE(valuesOf(*batch)[0], 32.0f);
        QCOMPARE(valuesOf(*batch)[72], 12.0f);
        QCOMPARE((*data)->highestLabel(), std::int64_t(2));
        QVERIFY((*data)->sampleName(1).ends_with("pears/a.png"));
        QCOMPARE((*data)->batch(3, 5)->size(), std::size_t(0));
    }

    void classNamesOrderTheFolders() {
        test::writeFile(m_dir / "classes.txt", "pears\r\napples\nfigs\n");
        auto data = open(R"({"lapidary_dataset": 1, "kind": "image-folder", "root": "f", "classes": "classes.txt"})");
        LAPIDARY_VERIFY_OK(data);
        QCOMPARE((*data)->batch(0, 3)->labels, (std::vector<std::int64_t>{1, 0, 0}));
        test::writeFile(m_dir / "classes.txt", "one\ntwo\nthree\n");
        expectError(R"({"lapidary_dataset": 1, "kind": "image-folder", "root": "f", "classes": "classes.txt"})",
                    "dataset.labels", "3 class names");
    }

    void listWithUnreadableImages() {
        writeImage(m_dir / "l/one.png", 1);
        writeImage(m_dir / "l/three, too.png", 3);
        test::writeFile(m_dir / "l/two.png", "this is no image");
        test::writeFile(m_dir / "list.csv", "image,label\none.png,7\ntwo.png,8\n\"three, too.png\",9\ngone.png,1\n");
        const std::string json = R"({"lapidary_dataset": 1, "kind": "image-list", "root": "l", "list": "list.csv"})";
        auto data = open(json);
        LAPIDARY_VERIFY_OK(data);
        for (int again = 0; again < 2; ++again) {
            auto batch = (*data)->batch(0, 4);
            LAPIDARY_VERIFY_OK(batch);
            QCOMPARE(batch->labels, (std::vector<std::int64_t>{7, 9}));
            QCOMPARE(batch->indices, (std::vector<std::size_t>{0, 2}));
            QCOMPARE(valuesOf(*batch)[72], 5.0f);
            QCOMPARE((*data)->problems().size(), std::size_t(2));
        }
        QVERIFY((*data)->problems()[0].place.file.ends_with("two.png"));
        QVERIFY((*data)->problems()[1].place.file.ends_with("gone.png"));
        DatasetOptions strict;
        strict.maxUnreadable = 1;
        auto refused = (*open(json, strict))->batch(0, 4);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, std::string("dataset.unreadable"));
    }

    void listErrors() {
        test::writeFile(m_dir / "list.csv", "image,label\none.png,seven\n");
        const std::string json = R"({"lapidary_dataset": 1, "kind": "image-list", "root": "l", "list": "list.csv"})";
        expectError(json, "dataset.labels", "line 2");
        test::writeFile(m_dir / "list.csv", "file,label\none.png,7\n");
        expectError(json, "dataset.format", "image,label");
        test::writeFile(m_dir / "list.csv", "image,label\none.png,-1\n");
        expectError(json, "dataset.labels", "-1");
        test::writeFile(m_dir / "list.csv", "image,label\none.png,2\n");
        test::writeFile(m_dir / "classes.txt", "a\nb\n");
        expectError(
            R"({"lapidary_dataset": 1, "kind": "image-list", "root": "l", "list": "list.csv", "classes": "classes.txt"})",
            "dataset.labels", "one.png");
        test::writeFile(m_dir / "list.csv", "image\none.png\n");
        auto unlabelled = open(json);
        LAPIDARY_VERIFY_OK(unlabelled);
        QVERIFY(!(*unlabelled)->labelled());
        QVERIFY((*unlabelled)->batch(0, 1)->labels.empty());
    }

    void idxPlainAndGzipped() {
        std::string pixels;
        for (int i = 0; i < 3 * 2 * 2; ++i)
            pixels += char(i * 20);
        const std::string images = idx({3, 2, 2}, pixels), labels = idx({3}, std::string("\x05\x00\x09", 3));
        test::writeFile(m_dir / "images", images);
        test::writeFile(m_dir / "labels", labels);
        test::writeFile(m_dir / "images.gz", gzipped(images));
        test::writeFile(m_dir / "labels.gz", gzipped(labels));
        std::vector<std::string> hashes;
        for (const std::string end : {"", ".gz"}) {
            auto data =
                open(R"({"lapidary_dataset": 1, "kind": "idx", "root": "images)" + end + R"(", "labels": "labels)" +
                     end + R"(", "limit": 2, "preprocess": {"color": "GRAY", "scale": 2, "mean": 10}})");
            LAPIDARY_VERIFY_OK(data);
            QCOMPARE((*data)->sampleShape(), (Shape{1, 2, 2}));
            auto batch = (*data)->batch(0, 9);
            LAPIDARY_VERIFY_OK(batch);
            QCOMPARE(batch->labels, (std::vector<std::int64_t>{5, 0}));
            QCOMPARE(valuesOf(*batch), (std::vector<float>{-10, 30, 70, 110, 150, 190, 230, 270}));
            hashes.push_back((*data)->hash());
        }
        QCOMPARE(hashes[0], hashes[1]);
    }

    void idxErrors() {
        const std::string json = R"({"lapidary_dataset": 1, "kind": "idx", "root": "images", "labels": "labels"})";
        test::writeFile(m_dir / "labels", idx({2}, std::string(2, '\0')));
        test::writeFile(m_dir / "images", idx({3, 2, 2}, std::string(11, 'x')));
        expectError(json, "dataset.size", "promises 28");
        test::writeFile(m_dir / "images", idx({3, 2, 2}, std::string(12, 'x')));
        expectError(json, "dataset.labels", "3 images");
        test::writeFile(m_dir / "images", idx({0xffffffff, 0xffffffff, 0xffffffff}, "x"));
        expectError(json, "dataset.size", "more data");
        test::writeFile(m_dir / "images", gzipped(idx({6000, 900, 900}, std::string(1000, 'x'))));
        expectError(json, "dataset.size", "holds only");
        const std::string packed = gzipped(idx({3, 2, 2}, std::string(12, 'x')));
        test::writeFile(m_dir / "images", packed.substr(0, packed.size() - 12));
        expectError(json, "dataset.gzip", "early");
        test::writeFile(m_dir / "images", std::string("\0\0\x0d\x03", 4) + std::string(50, 'x'));
        expectError(json, "dataset.format", "type 13");
    }

    void cifarRecords() {
        std::string file;
        for (int i = 0; i < 2; ++i) {
            file += char(i + 3);
            for (const int plane : {10, 20, 30})
                file += std::string(1024, char(plane + i));
        }
        test::writeFile(m_dir / "c.bin", file);
        auto data =
            open(R"({"lapidary_dataset": 1, "kind": "cifar", "root": "c.bin", "preprocess": {"std": [1, 2, 3]}})");
        LAPIDARY_VERIFY_OK(data);
        auto batch = (*data)->batch(1, 1);
        LAPIDARY_VERIFY_OK(batch);
        QCOMPARE(batch->labels, std::vector<std::int64_t>{4});
        const auto values = valuesOf(*batch);
        QCOMPARE(values[0], 11.0f);
        QCOMPARE(values[1024], 10.5f);
        QCOMPARE(values[2048], float(31 / 3.0));
        test::writeFile(m_dir / "c.bin", file + "x");
        expectError(R"({"lapidary_dataset": 1, "kind": "cifar", "root": "c.bin"})", "dataset.size", "6147");
        test::writeFile(m_dir / "c.bin", std::string(3074 * 2, 'x'));
        expectError(R"({"lapidary_dataset": 1, "kind": "cifar", "root": "c.bin"})", "dataset.size", "c.bin");
    }

    void npyNumbersAndImages() {
        test::writeFile(m_dir / "x.npy", npy("<f4", "(2, 2, 2)", bytesOf<float>({1, 2, 3, 4, 5, 6, 7, 8})));
        test::writeFile(m_dir / "y.npy", npy("<i8", "(2,)", bytesOf<std::int64_t>({4, 1}), 2));
        auto numbers = open(R"({"lapidary_dataset": 1, "kind": "npy", "root": "x.npy", "labels": "y.npy",
                                "preprocess": {"color": "GRAY", "scale": 10, "mean": 5, "std": 2}})");
        LAPIDARY_VERIFY_OK(numbers);
        QCOMPARE((*numbers)->sampleShape(), (Shape{2, 2}));
        auto batch = (*numbers)->batch(0, 2);
        LAPIDARY_VERIFY_OK(batch);
        QCOMPARE(batch->labels, (std::vector<std::int64_t>{4, 1}));
        QCOMPARE(valuesOf(*batch), (std::vector<float>{2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 32.5, 37.5}));
        test::writeFile(m_dir / "u.npy", npy("|u1", "(1, 1, 2, 3)", std::string("\1\2\3\4\5\6", 6), 3));
        auto images = open(R"({"lapidary_dataset": 1, "kind": "npy", "root": "u.npy"})");
        LAPIDARY_VERIFY_OK(images);
        QCOMPARE((*images)->sampleShape(), (Shape{3, 1, 2}));
        QCOMPARE(valuesOf(*(*images)->batch(0, 1)), (std::vector<float>{1, 4, 2, 5, 3, 6}));
    }

    void npyErrors() {
        const std::string json = R"({"lapidary_dataset": 1, "kind": "npy", "root": "x.npy"})";
        test::writeFile(m_dir / "x.npy", npy("<f8", "(2,)", std::string(16, 'x')));
        expectError(json, "dataset.format", "element type");
        test::writeFile(m_dir / "x.npy", npy("<f4", "(2, 3)", std::string(20, 'x')));
        expectError(json, "dataset.size", "needs 24");
        test::writeFile(m_dir / "x.npy", npy("<f4", "(4611686018427387904, 4)", ""));
        expectError(json, "dataset.size", "more data");
        test::writeFile(m_dir / "x.npy", std::string("\x93NUMPY\x02\0\xff\xff\xff\xff", 12));
        expectError(json, "dataset.size", "header");
    }

    void specErrors() {
        expectError("{", "json.syntax", "data.json");
        expectError("[]", "dataset.format", "not a dataset");
        expectError(R"({"lapidary_dataset": 2})", "dataset.version", "2");
        expectError(R"({"lapidary_dataset": 1, "kind": "coco", "root": "f"})", "dataset.format", "coco");
        expectError(R"({"lapidary_dataset": 1, "kind": "image-folder", "root": "nowhere"})", "dataset.missing",
                    "nowhere");
        expectError(R"({"lapidary_dataset": 1, "kind": "image-folder", "root": "f", "lables": "x"})", "dataset.format",
                    "lables");
        expectError(R"({"lapidary_dataset": 1, "kind": "image-folder", "root": "f", "limit": 0})", "dataset.format",
                    "limit");
        expectError(R"({"lapidary_dataset": 1, "kind": "image-folder", "root": "f", "preprocess": {"crop": "x"}})",
                    "dataset.preprocess", "crop");
    }

    void sameBytesWhateverTheThreadsAndTheCache() {
        for (int i = 0; i < 12; ++i)
            writeImage(m_dir / ("many/x" + std::to_string(100 + i) + ".jpg"), 10 * i, 40 + i, 30);
        const std::string json = R"({"lapidary_dataset": 1, "kind": "image-folder", "root": "many",
            "preprocess": {"resize": {"shorter": 20}, "crop": 16, "interpolation": "area"}})";
        std::vector<std::vector<float>> seen;
        for (const int threads : {1, 4})
            for (int pass = 0; pass < 2; ++pass) {
                DatasetOptions options;
                options.threads = threads;
                options.cacheFolder = m_dir / "cache";
                auto data = open(json, options);
                LAPIDARY_VERIFY_OK(data);
                BatchReader reader(**data, pass ? 1 : 5, threads);
                std::vector<float> all;
                for (auto batch = reader.next(); batch && batch->size(); batch = reader.next())
                    for (const float value : valuesOf(*batch))
                        all.push_back(value);
                seen.push_back(std::move(all));
            }
        QCOMPARE(seen[0].size(), std::size_t(12 * 3 * 16 * 16));
        for (const auto& values : seen)
            QVERIFY(values == seen[0]);
        const auto plain = open(json);
        QVERIFY(valuesOf(*(*plain)->batch(0, 12)) == seen[0]);
    }

    void decodedSamplesStayInMemoryUpToTheLimit() {
        for (int i = 0; i < 6; ++i)
            writeImage(m_dir / ("kept/x" + std::to_string(i) + ".jpg"), 20 * i, 40, 30);
        const std::string json = R"({"lapidary_dataset": 1, "kind": "image-folder", "root": "kept",
            "preprocess": {"resize": {"width": 16, "height": 16}}})";
        DatasetOptions options;
        options.threads = 1; // the first four are kept
        options.memoryLimitBytes = 4 * 3 * 16 * 16;
        const auto data = open(json, options);
        LAPIDARY_VERIFY_OK(data);
        const auto before = valuesOf(*(*data)->batch(0, 6));
        for (int i = 0; i < 6; ++i)
            std::filesystem::remove(m_dir / ("kept/x" + std::to_string(i) + ".jpg"));
        const auto again = (*data)->batch(0, 6);
        LAPIDARY_VERIFY_OK(again);
        QCOMPARE(again->size(), std::size_t(4));
        QCOMPARE((*data)->problems().size(), std::size_t(2));
        const auto kept = valuesOf(*again);
        QVERIFY(std::equal(kept.begin(), kept.end(), before.begin()));
    }

    void limitAndHash() {
        auto data = open(R"({"lapidary_dataset": 1, "kind": "image-folder", "root": "f"})");
        LAPIDARY_VERIFY_OK(data);
        const DatasetPtr two = limitedDataset(*data, 2);
        QCOMPARE(two->size(), std::size_t(2));
        QCOMPARE(two->batch(0, 9)->size(), std::size_t(2));
        QCOMPARE(two->batch(2, 9)->size(), std::size_t(0));
        QVERIFY(two->hash() != (*data)->hash());
        QCOMPARE(limitedDataset(*data, 3), *data);
        auto other =
            open(R"({"lapidary_dataset": 1, "kind": "image-folder", "root": "f", "preprocess": {"scale": 2}})");
        QVERIFY((*other)->hash() != (*data)->hash());
    }

    void stopEndsReading() {
        auto data = open(R"({"lapidary_dataset": 1, "kind": "image-folder", "root": "f"})");
        LAPIDARY_VERIFY_OK(data);
        std::stop_source stop;
        BatchReader reader(**data, 1, 2, Work{stop.get_token(), {}});
        QVERIFY(reader.next().ok());
        stop.request_stop();
        auto batch = reader.next();
        QVERIFY(!batch.ok());
        QVERIFY(isCancelled(batch.error()));
    }
};

QTEST_GUILESS_MAIN(TestDataset)
#include "tst_dataset.moc"
