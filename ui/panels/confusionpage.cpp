// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/confusionpage.h"

#include "ui/charts/changematrix.h"
#include "ui/models/pairedtexts.h"
#include "ui/panels/sortedtree.h"

#include <QLabel>
#include <QSplitter>
#include <QTabWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <map>

namespace lapidary {

namespace {

constexpr std::size_t mostClasses = 24;

/// How the confusion matrix changed: [label][answer].
std::map<std::int64_t, std::map<std::int64_t, int>> changesOf(const PairedComparison& result) {
    std::map<std::int64_t, std::map<std::int64_t, int>> changes;
    for (const auto& move : result.moves) {
        // Without labels A's answer stands for the label.
        const auto row = move.label >= 0 ? move.label : move.from;
        changes[row][move.from] -= int(move.count);
        changes[row][move.to] += int(move.count);
    }
    return changes;
}

} // namespace

ConfusionPage::ConfusionPage(QWidget* parent)
    : QWidget(parent), m_matrix(new ChangeMatrix(this)), m_caption(new QLabel(this)), m_moves(new QTreeWidget(this)),
      m_classes(new QTreeWidget(this)) {
    setObjectName(QStringLiteral("confusionPage"));
    m_matrix->setObjectName(QStringLiteral("confusionMatrix"));
    m_matrix->setAccessibleName(tr("How the confusion matrix changed"));
    m_caption->setObjectName(QStringLiteral("confusionCaption"));
    m_caption->setWordWrap(true);
    m_caption->setContentsMargins(10, 6, 10, 6);
    makeSortedTree(*m_moves, QStringLiteral("confusionMoves"),
                   {tr("Label"), tr("A said"), tr("B says"), tr("Samples"), tr("Effect")});
    m_moves->setToolTip(tr("Double-click shows the samples"));
    makeSortedTree(*m_classes, QStringLiteral("confusionClasses"),
                   {tr("Class"), tr("Samples"), tr("A right"), tr("B right"), tr("Won"), tr("Lost"), tr("Change")});
    m_classes->setToolTip(tr("Double-click shows the samples"));
    auto* lists = new QTabWidget(this);
    lists->setObjectName(QStringLiteral("confusionLists"));
    lists->setDocumentMode(true);
    lists->addTab(m_moves, tr("Answers that changed"));
    lists->addTab(m_classes, tr("Classes"));
    auto* left = new QWidget(this);
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_caption);
    column->addWidget(m_matrix, 1);
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(left);
    split->addWidget(lists);
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(split);
    for (auto* tree : {m_moves, m_classes})
        connect(tree, &QTreeWidget::itemActivated, this,
                [this](QTreeWidgetItem* item) { Q_EMIT classActivated(item->data(0, Qt::UserRole + 1).toLongLong()); });
    connect(m_matrix, &ChangeMatrix::picked, this,
            [this](int row, int) { Q_EMIT classActivated(qint64(m_shown[std::size_t(row)])); });
}

QString ConfusionPage::name(std::int64_t answer) const {
    return PairedTexts::className(m_data.get(), answer);
}

void ConfusionPage::setResult(PairedComparisonPtr result, DatasetPtr data) {
    m_result = std::move(result);
    m_data = std::move(data);
    showMatrix();
    showMoves();
    showClasses();
}

void ConfusionPage::showMatrix() {
    m_shown.clear();
    if (!m_result) {
        m_matrix->setValues({}, {});
        m_caption->clear();
        return;
    }
    const auto changes = changesOf(*m_result);
    std::map<std::int64_t, int> activity;
    for (const auto& [row, cells] : changes)
        for (const auto& [column, change] : cells) {
            activity[row] += std::abs(change);
            activity[column] += std::abs(change);
        }
    if (m_result->classCount <= mostClasses)
        for (std::size_t i = 0; i < m_result->classCount; ++i)
            activity.emplace(std::int64_t(i), 0);
    for (const auto& [answer, count] : activity)
        m_shown.push_back(answer);
    const auto all = m_shown.size();
    std::stable_sort(m_shown.begin(), m_shown.end(), [&](auto x, auto y) { return activity[x] > activity[y]; });
    m_shown.resize(std::min(m_shown.size(), mostClasses));
    std::sort(m_shown.begin(), m_shown.end());
    QStringList names;
    std::vector<int> values;
    for (const auto row : m_shown) {
        names.append(name(row));
        for (const auto column : m_shown) {
            const auto line = changes.find(row);
            const auto cell =
                line == changes.end() ? std::map<std::int64_t, int>::const_iterator() : line->second.find(column);
            values.push_back(line == changes.end() || cell == line->second.end() ? 0 : cell->second);
        }
    }
    m_matrix->setAxes(m_result->labelled ? tr("Label") : tr("Answer of A"),
                      tr("Answer, samples more or fewer in B than in A"));
    m_matrix->setValues(names, std::move(values));
    m_caption->setText(
        all > m_shown.size()
            ? tr("The %1 classes with the most changes. Green is better, red worse; a click shows the samples.")
                  .arg(m_shown.size())
            : tr("Green is better, red worse; a click shows the samples of a label."));
}

void ConfusionPage::showMoves() {
    m_moves->clear();
    if (!m_result)
        return;
    QList<QTreeWidgetItem*> items;
    for (const auto& move : m_result->moves) {
        auto* item = new SortedItem;
        item->setText(0, move.label >= 0 ? name(move.label) : tr("not labelled"));
        item->setData(0, Qt::UserRole + 1, qlonglong(move.label >= 0 ? move.label : move.from));
        item->setText(1, name(move.from));
        item->setText(2, name(move.to));
        item->setNumber(3, double(move.count), QString::number(move.count));
        item->setText(4, move.label < 0            ? QString()
                         : move.to == move.label   ? tr("won")
                         : move.from == move.label ? tr("lost")
                                                   : tr("still wrong"));
        items.append(item);
    }
    m_moves->addTopLevelItems(items);
    m_moves->sortByColumn(3, Qt::DescendingOrder);
}

void ConfusionPage::showClasses() {
    m_classes->clear();
    if (!m_result)
        return;
    QList<QTreeWidgetItem*> items;
    for (const auto& change : m_result->classes) {
        auto* item = new SortedItem;
        item->setText(0, name(change.label));
        item->setData(0, Qt::UserRole + 1, qlonglong(change.label));
        const auto share = [&](std::uint64_t right) {
            return double(right) / double(std::max<std::uint64_t>(change.samples, 1));
        };
        item->setNumber(1, double(change.samples), QString::number(change.samples));
        item->setNumber(2, share(change.rightA), PairedTexts::share(share(change.rightA)));
        item->setNumber(3, share(change.rightB), PairedTexts::share(share(change.rightB)));
        item->setNumber(4, double(change.gained), QString::number(change.gained));
        item->setNumber(5, double(change.lost), QString::number(change.lost));
        const double points = 100 * (share(change.rightB) - share(change.rightA));
        item->setNumber(6, points, PairedTexts::points(points));
        items.append(item);
    }
    m_classes->addTopLevelItems(items);
    m_classes->sortByColumn(6, Qt::AscendingOrder);
}

} // namespace lapidary
