// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/journeys/pictureprogram.h"

namespace lapidary::test {

namespace {

QStringList checkedArguments(const char* usage, int fewest) {
    auto arguments = QCoreApplication::arguments();
    if (arguments.size() <= fewest)
        qFatal("usage: %s", usage);
    QDir().mkpath(arguments[1]);
    return arguments;
}

/// The home must be set before anything reads it.
TempDir& settledIn(TempDir& home) {
    useHome(home.path());
    return home;
}

} // namespace

PictureProgram::Prepared::Prepared() {
    preparePictureProgram();
}

PictureProgram::PictureProgram(int& argc, char** argv, const char* usage, int fewest)
    : m_application(argc, argv), m_arguments(checkedArguments(usage, fewest)),
      m_themes((settledIn(m_home), m_application), ColorScheme::Light), m_bench(&m_themes) {
    QObject::connect(&m_bench.workspace(), &Workspace::message,
                     [](const Diagnostic& problem) { qWarning("%s", problem.toString().c_str()); });
    m_bench.window().show();
}

void PictureProgram::openSample() {
    m_bench.workspace().openSample();
    if (!waitUntil([&] { return m_bench.workspace().model() != nullptr; }) || !m_bench.settle() ||
        !m_bench.graphShown())
        qFatal("the sample does not open");
}

void PictureProgram::setData(const char* role, const std::filesystem::path& description) {
    m_bench.workspace().setDataset(role, QString::fromStdString(description.string()));
    if (!m_bench.settle())
        qFatal("the dataset is not read");
}

void PictureProgram::eachScheme(const std::function<void(const QString& scheme)>& shoot) {
    for (const auto& [scheme, name] : {std::pair(ColorScheme::Light, "light"), std::pair(ColorScheme::Dark, "dark")}) {
        m_themes.setScheme(scheme);
        shoot(QString::fromLatin1(name));
    }
    m_bench.window().hide();
}

} // namespace lapidary::test
