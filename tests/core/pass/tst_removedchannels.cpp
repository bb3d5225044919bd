// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/removedchannels.h"
#include "testsupport.h"

#include <QTest>

using namespace lapidary;

class TestRemovedChannels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void goesThroughAReport_data();
    void goesThroughAReport();
    void saysNothingWithoutThem();
    void passesOverDamage();

private:
    static Json asJson(const std::map<std::string, double>& numbers) {
        Json::Object object;
        for (const auto& [name, number] : numbers)
            object[name] = number;
        return Json::parse(Json(std::move(object)).dump()).value();
    }
};

void TestRemovedChannels::goesThroughAReport_data() {
    QTest::addColumn<QVector<quint32>>("channels");
    QTest::newRow("first") << QVector<quint32>{0};
    QTest::newRow("last of a word") << QVector<quint32>{31};
    QTest::newRow("a whole word") << [] {
        QVector<quint32> all;
        for (quint32 c = 32; c < 64; ++c)
            all.append(c);
        return all;
    }();
    QTest::newRow("scattered, more than ten words") << QVector<quint32>{1, 30, 31, 32, 63, 64, 500, 2047};
}

void TestRemovedChannels::goesThroughAReport() {
    QFETCH(QVector<quint32>, channels);
    const std::vector<std::uint32_t> given(channels.begin(), channels.end());
    std::map<std::string, double> numbers{{"ratio", 0.5}};
    addRemovedChannels(given, numbers);
    const auto read = removedChannels(asJson(numbers));
    QVERIFY(read);
    QCOMPARE(*read, given);
}

void TestRemovedChannels::saysNothingWithoutThem() {
    QVERIFY(!removedChannels(asJson({{"ratio", 0.5}})));
    QVERIFY(!removedChannels(Json()));
}

void TestRemovedChannels::passesOverDamage() {
    QVERIFY(!removedChannels(asJson({{"removed_bits_x", 1},
                                     {"removed_bits_0", -1},
                                     {"removed_bits_1", 0.5},
                                     {"removed_bits_2", 1e12},
                                     {"removed_bits_99999999", 1}})));
    QCOMPARE(*removedChannels(asJson({{"removed_bits_0", 5}, {"removed_bits_", 1}})),
             (std::vector<std::uint32_t>{0, 2}));
}

QTEST_GUILESS_MAIN(TestRemovedChannels)
#include "tst_removedchannels.moc"
