// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/pluginmanager.h"
#include "tests/support/testsupport.h"

#include <QFile>
#include <QFileInfo>
#include <QTest>

using namespace lapidary;

namespace {

const QString badFolder = QStringLiteral(LAPIDARY_BAD_PLUGIN_DIR);

const PluginRecord* recordOf(const PluginManager& manager, const QString& file) {
    for (const auto& record : manager.records())
        if (QFileInfo(record.path).completeBaseName() == file)
            return &record;
    return nullptr;
}

} // namespace

class TestPluginManager : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void loadsTheGoodOne();
    void rejects_data();
    void rejects();
    void firstFolderWins();
    void sameFolderTwiceIsOnce();
    void environmentComesFirst();
    void absentFolderIsFine();

private:
    static PluginManager& everything();
};

/// Libraries stay loaded, so one manager serves all rows.
PluginManager& TestPluginManager::everything() {
    static PluginManager manager;
    if (manager.records().empty())
        manager.load({badFolder});
    return manager;
}

void TestPluginManager::loadsTheGoodOne() {
    const auto& manager = everything();
    const auto* record = recordOf(manager, QStringLiteral("a_good"));
    QVERIFY(record);
    QVERIFY2(record->state == PluginState::Loaded, record->reason.message.c_str());
    QCOMPARE(record->id, std::string("test.good"));
    QCOMPARE(record->title, std::string("Test plugin a_good"));
    QCOMPARE(record->version, std::string("1.0"));
    QVERIFY(record->provides == std::vector<std::string>{"test.pass"});
    // Nothing of the bad ones arrived.
    QCOMPARE(manager.passes().all().size(), std::size_t(1));
    LAPIDARY_VERIFY_OK(manager.passes().find("test.pass"));
}

void TestPluginManager::rejects_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("mentions");
    QTest::newRow("not a library") << "text"
                                   << "plugin.not_library"
                                   << "";
    QTest::newRow("no metadata") << "no_metadata"
                                 << "plugin.no_metadata"
                                 << "";
    QTest::newRow("other interface") << "other_interface"
                                     << "plugin.interface"
                                     << "org.example.Other/1";
    QTest::newRow("wrong api") << "wrong_api"
                               << "plugin.api"
                               << "99";
    QTest::newRow("throws") << "throws"
                            << "plugin.threw"
                            << "out of luck";
    QTest::newRow("throws early") << "throws_early"
                                  << "plugin.threw"
                                  << "not even born";
    QTest::newRow("missing symbols") << "missing_symbols"
                                     << "plugin.load"
                                     << "definedNowhere";
    QTest::newRow("unsound schema") << "bad_schema"
                                    << "pass.schema"
                                    << "test.schema";
    QTest::newRow("duplicate id") << "b_duplicate"
                                  << "plugin.duplicate"
                                  << "test.good";
}

void TestPluginManager::rejects() {
    QFETCH(QString, file);
    QFETCH(QString, code);
    QFETCH(QString, mentions);
    const auto* record = recordOf(everything(), file);
    QVERIFY(record);
    QVERIFY(record->state == (file == QLatin1String("b_duplicate") ? PluginState::Shadowed : PluginState::Rejected));
    QCOMPARE(QString::fromStdString(record->reason.code), code);
    QVERIFY2(QString::fromStdString(record->reason.message).contains(mentions), record->reason.message.c_str());
    QVERIFY(!record->reason.place.file.empty());
}

void TestPluginManager::firstFolderWins() {
    lapidary::test::TempDir folder;
    const QString copy = QString::fromStdString((folder / "copy.so").string());
    QVERIFY(QFile::copy(badFolder + QStringLiteral("/a_good.so"), copy));
    PluginManager manager;
    manager.load({QString::fromStdString(folder.path().string()), badFolder});
    QVERIFY(recordOf(manager, QStringLiteral("copy"))->state == PluginState::Loaded);
    const auto* second = recordOf(manager, QStringLiteral("a_good"));
    QVERIFY(second->state == PluginState::Shadowed);
    QCOMPARE(second->reason.code, std::string("plugin.duplicate"));
}

void TestPluginManager::sameFolderTwiceIsOnce() {
    PluginManager manager;
    manager.load({badFolder, badFolder + QStringLiteral("/../badplugins")});
    QCOMPARE(manager.records().size(), everything().records().size());
}

void TestPluginManager::environmentComesFirst() {
    qputenv("LAPIDARY_PLUGIN_PATH", "/first:/second");
    const auto folders = PluginManager::standardFolders();
    QVERIFY(folders.size() >= 5);
    QCOMPARE(folders[0], QStringLiteral("/first"));
    QCOMPARE(folders[1], QStringLiteral("/second"));
    QVERIFY(folders[2].endsWith(QStringLiteral("/lapidary/plugins")));
    QVERIFY(folders[3].endsWith(QStringLiteral("/../plugins")));
}

void TestPluginManager::absentFolderIsFine() {
    PluginManager manager;
    manager.load({QStringLiteral("/no/such/folder")});
    QVERIFY(manager.records().empty());
}

QTEST_GUILESS_MAIN(TestPluginManager)
#include "tst_pluginmanager.moc"
