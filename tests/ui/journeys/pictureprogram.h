// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/journeys/windowbench.h"
#include "ui/theme/themecontroller.h"

#include <QApplication>
#include <QDir>

#include <functional>

namespace lapidary::test {

/// What a program that writes pictures of the window into a folder is made of: application, home, themes, a window that
/// shows, problems said on standard error.
class PictureProgram {
public:
    /// Ends the process with the usage ("NAME FOLDER [IMAGES]") if fewer than `fewest` arguments were given; the first
    /// is the folder, which is made.
    PictureProgram(int& argc, char** argv, const char* usage, int fewest = 1);

    WindowBench& bench() { return m_bench; }
    QDir folder() const { return QDir(m_arguments[1]); }
    const QStringList& arguments() const { return m_arguments; } ///< with the program's name
    std::filesystem::path home() const { return m_home.path(); }
    /// The sample on the screen.
    void openSample();
    void setData(const char* role, const std::filesystem::path& description);
    /// Calls `shoot` in light and in dark, with the scheme's name, then hides the window.
    void eachScheme(const std::function<void(const QString& scheme)>& shoot);

private:
    struct Prepared {
        Prepared();
    };
    Prepared m_prepared; // before the application
    QApplication m_application;
    QStringList m_arguments;
    TempDir m_home;
    ThemeController m_themes;
    WindowBench m_bench;
};

} // namespace lapidary::test
