// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/engine.h"
#include "job/jobmanager.h"
#include "tests/support/userhome.h"
#include "ui/models/workspace.h"
#include "ui/shell/mainwindow.h"

namespace lapidary::test {

/// The whole product in one process, in a home of its own: what app/gui puts together.
class WindowBench {
public:
    explicit WindowBench(ThemeController* themes = nullptr);
    ~WindowBench();

    Workspace& workspace() { return m_workspace; }
    MainWindow& window() { return m_window; }

    /// The part of the window with this object name; its absence is fatal.
    template <typename T>
    T* find(const char* name) {
        auto* found = m_window.findChild<T*>(QString::fromLatin1(name));
        if (!found)
            qFatal("the window has no %s", name);
        return found;
    }

    /// Waits until no job runs, and for what was queued behind it.
    bool settle(int seconds = 60);
    /// Opens a model and waits for its graph on the screen.
    bool open(const std::filesystem::path& model);
    bool graphShown();
    /// A variant of `parent`, made without the window; 0 if that failed.
    VariantId make(VariantId parent, const std::string& pass, ParamSet params = {});
    VariantId named(const std::string& name);
    NodeId node(const std::string& name);

private:
    Engine m_engine;
    JobManager m_jobs;
    Workspace m_workspace;
    MainWindow m_window;
};

/// What a program with a window of its own needs before it makes its application: resources, plugins, no display.
void preparePictureProgram();

} // namespace lapidary::test
