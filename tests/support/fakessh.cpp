// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fakessh.h"

namespace lapidary::test {

namespace fs = std::filesystem;

FakeSsh::FakeSsh() : m_path(qgetenv("PATH")) {
    fs::create_directories(home());
    fs::create_directories(m_dir / "bin");
    write({});
    qputenv("PATH", QByteArray::fromStdString((m_dir / "bin").string()) + ":" + m_path);
}

FakeSsh::~FakeSsh() {
    qputenv("PATH", m_path);
}

void FakeSsh::instead(const std::string& words, const std::string& shell) {
    write(words.empty() ? std::string() : "case \"$3\" in *'" + words + "'*) " + shell + ";; esac\n");
}

void FakeSsh::write(const std::string& exception) const {
    // Renamed, so that one that runs is not changed under it.
    const auto file = m_dir / "bin" / "ssh", part = m_dir / "bin" / "ssh.part";
    writeFile(part, "#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done\n"
                    "[ \"$2\" = pi@board ] || { echo \"Permission denied (publickey).\" >&2; exit 255; }\n"
                    "HOME='" +
                        home().string() + "'; export HOME; cd; unset XDG_CACHE_HOME\n" + exception +
                        "exec sh -c \"$3\"\n");
    fs::permissions(part, fs::perms::owner_all);
    fs::rename(part, file);
}

} // namespace lapidary::test
