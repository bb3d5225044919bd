// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/hostenvironment.h"
#include "ui/charts/matrixmap.h"
#include "ui/models/benchtexts.h"
#include "ui/models/numbertext.h"
#include "ui/panels/benchpages.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>

#include <algorithm>

namespace lapidary {

namespace {

/// 1, 2, 4 … up to the cores there are.
QString coresText() {
    QStringList list;
    for (int threads = 1; threads < hostCores(); threads *= 2)
        list.append(QString::number(threads));
    list.append(QString::number(hostCores()));
    return list.join(QStringLiteral(", "));
}

MatrixMap::Cell cellOf(const ProfileMatrix::Cell& cell) {
    MatrixMap::Cell shown;
    shown.value = perSampleMs(cell);
    if (!cell.profile) {
        shown.first = MatrixPage::tr("failed");
        shown.toolTip = QString::fromStdString(cell.problem.message + "\n" + cell.problem.hint).trimmed();
        return shown;
    }
    const auto& timing = cell.profile->timing;
    shown.estimate = cell.profile->estimate;
    const auto time = millisecondsText(shown.value);
    shown.first = shown.estimate ? MatrixPage::tr("≈ %1").arg(time) : time;
    shown.second = MatrixPage::tr("%1/s", "samples a second").arg(QLocale().toString(cell.itemsPerSecond, 'f', 0));
    shown.toolTip = MatrixPage::tr("%1 a run (95 %: %2 to %3), %n run(s), %4", nullptr, int(timing.runs))
                        .arg(millisecondsText(timing.median), millisecondsText(timing.ciLow),
                             millisecondsText(timing.ciHigh), QString::fromStdString(timing.verdict));
    return shown;
}

} // namespace

MatrixPage::MatrixPage(const Setting& setting)
    : BenchPage(setting, DeviceBench::Kind::Matrix, "matrix", tr("Measure"),
                tr("Profile the variant with every number of threads and every batch size.")),
      m_threads(new QLineEdit(coresText())), m_batches(new QLineEdit(QStringLiteral("1, 2, 4, 8"))),
      m_map(new MatrixMap) {
    const auto add = [this](const QString& title, QLineEdit* field, const char* part, const QString& tip) {
        auto* label = new QLabel(title);
        label->setBuddy(field);
        field->setMaximumWidth(120);
        field->setToolTip(tip);
        named(field, part, title);
        m_controls->addWidget(label);
        m_controls->addWidget(field);
        connect(field, &QLineEdit::textChanged, this, &MatrixPage::refresh);
    };
    add(tr("Threads"), m_threads, "Threads", tr("Numbers of threads, with commas between"));
    add(tr("Batch"), m_batches, "Batches",
        tr("Batch sizes, with commas between. Sizes above 1 need a model with a free batch axis."));
    named(m_map, "Map", tr("Time a sample by threads and batch"));
    m_map->setAxes(tr("Threads"), tr("Batch size"));
    m_body->addWidget(m_map, 1);
    makeDevices();
}

std::optional<std::vector<int>> MatrixPage::numbers(const QLineEdit& field) {
    constexpr int most = 4096;
    std::vector<int> list;
    for (const auto& word : field.text().split(u',', Qt::SkipEmptyParts)) {
        bool good = false;
        const int number = word.trimmed().toInt(&good);
        if (!good || number < 1 || number > most)
            return std::nullopt;
        if (std::ranges::find(list, number) == list.end())
            list.push_back(number);
    }
    std::ranges::sort(list);
    return list.empty() || list.size() > 16 ? std::nullopt : std::optional(list);
}

QString MatrixPage::whyNot() const {
    const auto why = BenchPage::whyNot();
    if (!why.isEmpty())
        return why;
    return numbers(*m_threads) && numbers(*m_batches)
               ? QString()
               : tr("Threads and batch sizes are whole numbers from 1 on with commas between, at most 16 of each.");
}

void MatrixPage::begin() {
    m_bench.measureMatrix(device(), *numbers(*m_threads), *numbers(*m_batches));
}

void MatrixPage::showResult(const QString& nothing) {
    const auto* found = m_bench.matrix(device());
    m_map->setEmptyText(nothing);
    if (!found) {
        say({});
        m_map->setCells({}, {}, {});
        return;
    }
    QStringList rows, columns;
    QVector<MatrixMap::Cell> cells;
    for (const auto& cell : found->result.cells) {
        if (const auto text = QString::number(cell.threads); !rows.contains(text))
            rows.append(text);
        if (const auto text = QString::number(cell.batch); !columns.contains(text))
            columns.append(text);
        cells.append(cellOf(cell));
    }
    m_map->setCells(rows, columns, cells);
    say(tr("%1 (on %2)").arg(matrixText(found->result), QString::fromStdString(found->device)));
    date(found->measuredMs, found->stale);
}

} // namespace lapidary
