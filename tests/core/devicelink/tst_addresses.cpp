// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/address.h"
#include "device/link/childstream.h"
#include "device/link/pairingkey.h"
#include "device/link/serialport.h"
#include "device/link/tcpsocket.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <sys/stat.h>

using namespace lapidary;
using namespace lapidary::test;

class AddressesTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void names() {
        const std::pair<const char*, const char*> good[] = {{"ssh://pi@board", "pi@board"},
                                                            {"ssh://board:2222", "board"},
                                                            {"serial:///dev/ttyACM0@921600", "ttyACM0"},
                                                            {"serial:///dev/ttyACM0", "ttyACM0"},
                                                            {"tcp://127.0.0.1:5577", "127.0.0.1:5577"},
                                                            {"tcp://board", "board"},
                                                            {"tcp://[::1]:9", "[::1]:9"},
                                                            {"exec:lapidary-agent --stdio", "lapidary-agent --stdio"}};
        for (const auto& [text, name] : good) {
            const auto address = AgentAddress::parse(text);
            LAPIDARY_VERIFY_OK(address);
            QCOMPARE(address->name(), std::string(name));
            QCOMPARE(address->text(), std::string(text));
        }
    }

    void refused() {
        for (const char* text : {"", "host", "http://board", "ssh://", "ssh://-oProxyCommand=x", "ssh://a b",
                                 "ssh://a;reboot", "ssh://a:b", "ssh://a:", "serial://", "serial:///dev/x@fast",
                                 "serial:///dev/x@-1", "tcp://a:99999", "tcp://a:x", "tcp://:5", "exec:", "exec:   "}) {
            const auto address = AgentAddress::parse(text);
            QVERIFY2(!address.ok(), text);
            QCOMPARE(address.error().code, std::string("device.address"));
            QVERIFY(!address.error().hint.empty());
        }
    }

    /// The host stands after "--", so that ssh takes no host for an option.
    void sshWords() {
        const auto words = AgentAddress::parse("ssh://pi@board:2222")->sshCommand("uname -m");
        QCOMPARE(words.front(), std::string("ssh"));
        QCOMPARE(words[words.size() - 3], std::string("--"));
        QCOMPARE(words[words.size() - 2], std::string("pi@board"));
        QCOMPARE(words.back(), std::string("uname -m"));
        QVERIFY(std::find(words.begin(), words.end(), "2222") != words.end());
    }

    void keys() {
        const auto key = PairingKey::random();
        LAPIDARY_VERIFY_OK(key);
        const auto text = key->text();
        QCOMPARE(text.size(), std::size_t(26 + 5));
        auto lower = text;
        for (auto& c : lower)
            c = char(std::tolower(c));
        std::erase(lower, '-');
        for (const auto& typed : {text, lower, " " + text + "\n"}) {
            const auto again = PairingKey::parse(typed);
            LAPIDARY_VERIFY_OK(again);
            QCOMPARE(again->secret(), key->secret());
        }
        QVERIFY(PairingKey::random()->secret() != key->secret());
        for (const auto& wrong : {std::string(), text.substr(1), text + "A", std::string(31, '0')})
            QVERIFY2(!PairingKey::parse(wrong).ok(), wrong.c_str());
    }

    void keyFile() {
        const TempDir folder;
        const auto key = PairingKey::fromFile(folder / "key");
        LAPIDARY_VERIFY_OK(key);
        QCOMPARE(PairingKey::fromFile(folder / "key")->text(), key->text());
        struct stat facts {};
        QCOMPARE(::stat((folder / "key").c_str(), &facts), 0);
        QCOMPARE(int(facts.st_mode & 0777), 0600);
        std::filesystem::create_symlink(folder / "elsewhere", folder / "link");
        QVERIFY2(!PairingKey::fromFile(folder / "link").ok(), "a link is not followed");
        QVERIFY(!std::filesystem::exists(folder / "elsewhere"));
    }

    void programs() {
        auto cat = startProgram({"/bin/cat"});
        LAPIDARY_VERIFY_OK(cat);
        LAPIDARY_VERIFY_OK((*cat)->write("hello", Milliseconds(1000)));
        const auto back = (*cat)->read(100, Milliseconds(2000));
        LAPIDARY_VERIFY_OK(back);
        QCOMPARE(*back, std::string("hello"));
        const auto nothing = (*cat)->read(100, Milliseconds(10));
        LAPIDARY_VERIFY_OK(nothing);
        QVERIFY(nothing->empty());

        auto broken = startProgram({"/bin/sh", "-c", "echo no such board >&2; exit 3"});
        LAPIDARY_VERIFY_OK(broken);
        const auto end = (*broken)->read(100, Milliseconds(3000));
        QVERIFY(!end.ok());
        QCOMPARE(end.error().code, std::string("link.closed"));
        QVERIFY2(end.error().message.find("code 3: no such board") != std::string::npos, end.error().message.c_str());
        QCOMPARE(startProgram({"/no/such/program"}).error().code, std::string("link.start"));
    }

    /// A program that takes nothing: writing gives up, and the program is gone with the stream.
    void deafProgram() {
        auto deaf = startProgram({"/bin/sleep", "600"});
        LAPIDARY_VERIFY_OK(deaf);
        const auto status = (*deaf)->write(std::string(10 << 20, 'x'), Milliseconds(100));
        QVERIFY(!status.ok());
        QCOMPARE(status.error().code, std::string("link.stalled"));
        const auto began = std::chrono::steady_clock::now();
        deaf->reset();
        QVERIFY(std::chrono::steady_clock::now() - began < std::chrono::seconds(3));
    }

    void runToTheEnd() {
        int pieces = 0;
        const auto input = [&pieces] { return pieces++ < 3 ? std::string(100'000, 'a') : std::string(); };
        const auto result =
            runProgram({"/bin/sh", "-c", "wc -c; echo done >&2; exit 7"}, input, Milliseconds(5000), {});
        LAPIDARY_VERIFY_OK(result);
        QCOMPARE(result->exitCode, 7);
        QCOMPARE(std::stoi(result->output), 300'000);
        QCOMPARE(result->errorOutput, std::string("done"));
        QCOMPARE(runProgram({"/bin/sleep", "600"}, {}, Milliseconds(200), {}).error().code,
                 std::string("link.stalled"));
        QVERIFY(isCancelled(runProgram({"/bin/sleep", "600"}, {}, Milliseconds(60'000), [] { return true; }).error()));
    }

    void serialProblems() {
        const auto missing = openSerial({"/dev/no-such-line", 115200});
        QVERIFY(!missing.ok());
        QCOMPARE(missing.error().code, std::string("link.serial"));
        QVERIFY(openSerial({"/dev/null", 115200}).error().message.find("no serial line") != std::string::npos);
        QVERIFY(openSerial({"/dev/null", 12345}).error().message.find("12345 baud") != std::string::npos);
    }

    void nobodyListens() {
        const auto fd = connectTcp({"127.0.0.1", 1}, Milliseconds(2000), {});
        QVERIFY(!fd.ok());
        QCOMPARE(fd.error().code, std::string("link.connect"));
        QVERIFY(!fd.error().hint.empty());
        QCOMPARE(connectTcp({"no-such-host.invalid", 1}, Milliseconds(2000), {}).error().code,
                 std::string("link.connect"));
    }
};

QTEST_GUILESS_MAIN(AddressesTest)
#include "tst_addresses.moc"
