// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/searchpanel.h"

#include "ui/models/graphpicturebuilder.h"
#include "ui/models/nodefacts.h"
#include "ui/panels/searchfield.h"
#include "ui/panels/searchhelp.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QListWidget>
#include <QSettings>
#include <QStackedWidget>
#include <QToolButton>

#include <algorithm>

namespace lapidary {

namespace {

constexpr int debounceMs = 80;
constexpr int recentLimit = 10;
constexpr auto recentKey = "search/recent";

} // namespace

SearchPanel::SearchPanel(Workspace& workspace, SearchField* field, QWidget* area)
    : QFrame(area), m_workspace(workspace), m_field(field), m_area(area), m_results(new SearchResultsModel(this)),
      m_search(this), m_vocabularies(this) {
    build();
    hide();
    m_debounce.setSingleShot(true);
    m_debounce.setInterval(debounceMs);
    connect(&m_debounce, &QTimer::timeout, this, &SearchPanel::search);
    connectField();
    m_area->installEventFilter(this);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        if (now && now != m_field && now != this && !isAncestorOf(now))
            hide();
    });
}

SearchPanel::~SearchPanel() = default;

void SearchPanel::connectField() {
    connect(m_field, &QLineEdit::textChanged, this, &SearchPanel::edited);
    connect(m_field, &QLineEdit::cursorPositionChanged, this, &SearchPanel::showCompletions);
    connect(m_field, &SearchField::listWanted, this, &SearchPanel::intoList);
    connect(m_field, &SearchField::completionWanted, this, [this] { complete(0); });
    connect(m_field, &SearchField::stepWanted, this, &SearchPanel::step);
    connect(m_field, &SearchField::allWanted, this, &SearchPanel::selectAll);
    connect(m_field, &SearchField::helpWanted, this, &SearchPanel::showHelp);
    connect(m_field, &SearchField::dismissed, this, [this] {
        if (isVisible()) {
            hide();
        } else if (!m_field->text().isEmpty()) {
            m_field->clear();
            hide(); // an empty field offers suggestions, which are not wanted now
        } else {
            Q_EMIT leave();
        }
    });
}

QString SearchPanel::query() const {
    return m_field->text().trimmed();
}

void SearchPanel::refresh() {
    m_wordsOf = nullptr;
    m_vocabulary = nullptr;
    search();
}

void SearchPanel::edited() {
    const auto model = m_workspace.model();
    m_row = -1;
    m_pendingStep = 0;
    m_debounce.stop();
    m_search.cancel(); // an answer to what was typed before is no answer
    if (m_field->hasFocus())
        unfold();
    if (!model || isQuickSearch(*model, query().toStdString())) {
        search();
    } else {
        m_searching = true;
        m_debounce.start();
    }
    learnWords();
    showCompletions();
}

SearchKnowledge SearchPanel::knowledge() const {
    SearchKnowledge known;
    known.sparsity = m_workspace.sparsity();
    known.selection = m_workspace.selection().nodes();
    if (m_workspace.profile() && m_workspace.model())
        known.times = nodeMetric(*m_workspace.model(), NodeMetric::Time, &*m_workspace.profile(), {});
    return known;
}

void SearchPanel::search() {
    const auto model = m_workspace.model();
    const auto text = m_field->text().toStdString(); // with its spaces: problems have places
    m_debounce.stop();
    m_search.cancel();
    if (!model || query().isEmpty()) {
        showHits({});
        return;
    }
    if (isQuickSearch(*model, text)) {
        showHits(searchModel(*model, text, knowledge()));
        return;
    }
    m_searching = true;
    m_search.start(
        [model, text, known = knowledge()](const Work& work) {
            return std::make_shared<SearchHits>(searchModel(*model, text, known, work));
        },
        [this, model](std::shared_ptr<SearchHits> hits) {
            if (model == m_workspace.model())
                showHits(std::move(*hits));
        });
}

void SearchPanel::showHits(SearchHits hits) {
    m_searching = false;
    m_row = -1;
    const bool asked = !query().isEmpty();
    m_field->setMistake(hits.problem ? std::optional(hits.problem->place) : std::nullopt);
    m_problem->setVisible(hits.problem.has_value());
    if (hits.problem)
        showProblem(*hits.problem);
    QSet<quint32> lit;
    lit.reserve(qsizetype(hits.nodes.size()));
    for (const auto id : hits.nodes)
        lit.insert(id.number);
    const int nodes = int(hits.nodes.size()), tensors = int(hits.tensors.size());
    const auto text = tensors > 0
                          ? tr("%1, %2").arg(tr("%n node(s)", nullptr, nodes), tr("%n tensor(s)", nullptr, tensors))
                          : tr("%n node(s)", nullptr, nodes);
    m_count->setText(hits.problem ? QString() : asked ? text : tr("Recent queries and examples"));
    m_all->setEnabled(nodes > 0);
    m_all->setToolTip(nodes > 0 ? tr("Select every node found (Ctrl+Return)") : tr("Not now: no node was found"));
    m_scope->setEnabled(hits.asScope);
    m_scope->setToolTip(
        hits.asScope ? tr("The pass works on what this query finds, in this variant and in those to come")
        : nodes == 0 ? tr("Not now: no node was found")
                     : tr("Not now: times and the selection are not part of a recipe; select all instead"));
    const bool wrong = hits.problem.has_value();
    m_results->setHits(m_workspace.model(), std::move(hits));
    if (asked && !wrong)
        m_pages->setCurrentWidget(m_list);
    else if (!asked)
        showSuggestions();
    place();
    Q_EMIT found(lit);
    Q_EMIT statusChanged(!asked ? QString() : wrong ? tr("Not understood") : tr("%n found", nullptr, nodes + tensors));
    if (const int by = std::exchange(m_pendingStep, 0); by != 0)
        step(by);
}

void SearchPanel::showProblem(const QueryProblem& problem) {
    const auto utf8 = m_field->text().toUtf8();
    const auto piece = [&utf8](std::size_t begin, std::size_t length) {
        return QString::fromUtf8(utf8.mid(qsizetype(begin), qsizetype(length))).toHtmlEscaped();
    };
    const auto message = QString::fromStdString(problem.diagnostic.message);
    const auto hint = QString::fromStdString(problem.diagnostic.hint);
    m_problem->setText(QStringLiteral("<code>%1<u>%2</u>%3</code><br>%4<br>%5")
                           .arg(piece(0, problem.place.begin), piece(problem.place.begin, problem.place.length),
                                piece(problem.place.begin + problem.place.length, std::size_t(utf8.size())),
                                message.toHtmlEscaped(), hint.toHtmlEscaped()));
}

void SearchPanel::showSuggestions() {
    m_suggestions->clear();
    const auto recent = QSettings().value(QLatin1String(recentKey)).toStringList();
    for (const auto& text : recent)
        m_suggestions->addItem(text);
    for (const auto& text : searchExamples())
        if (!recent.contains(text))
            m_suggestions->addItem(text);
    for (int row = 0; row < m_suggestions->count(); ++row)
        m_suggestions->item(row)->setToolTip(row < recent.size() ? tr("Searched for before") : tr("An example"));
    m_pages->setCurrentWidget(m_suggestions);
}

void SearchPanel::learnWords() {
    const auto model = m_workspace.model();
    if (!model || model == m_wordsOf)
        return;
    m_wordsOf = model;
    m_vocabularies.start(
        [model](const Work&) {
            return std::make_shared<QueryVocabulary>(queryVocabulary(*model->model->graph, model->shapes));
        },
        [this](std::shared_ptr<QueryVocabulary> words) {
            m_vocabulary = std::move(words);
            showCompletions();
        });
}

void SearchPanel::showCompletions() {
    m_completions = {};
    if (m_vocabulary && m_field->hasFocus())
        m_completions = completeQuery(m_field->text().toStdString(), m_field->cursorByte(), *m_vocabulary,
                                      std::size_t(m_completionButtons.size()));
    const auto count = int(m_completions.list.size());
    m_field->setCompletes(count > 0);
    m_completionRow->setVisible(count > 0);
    for (int i = 0; i < m_completionButtons.size(); ++i) {
        auto* button = m_completionButtons[i];
        button->setVisible(i < count);
        if (i >= count)
            continue;
        const auto text = QString::fromStdString(m_completions.list[std::size_t(i)].text);
        button->setText(fontMetrics().elidedText(text, Qt::ElideMiddle, 160).replace(u'&', QStringLiteral("&&")));
        const auto help = searchFieldHelp(text.chopped(1));
        button->setToolTip(help.isEmpty() ? tr("Complete to %1").arg(text) : help);
    }
    if (isVisible())
        place();
}

void SearchPanel::complete(int index) {
    if (index >= int(m_completions.list.size()))
        return;
    const auto chosen = m_completions.list[std::size_t(index)].text;
    m_field->setFocus();
    m_field->replaceBytes(m_completions.begin, m_completions.end, chosen);
}

void SearchPanel::setQuery(const QString& text) {
    m_field->setFocus();
    m_field->setText(text);
}

void SearchPanel::remember() {
    QSettings settings;
    auto recent = settings.value(QLatin1String(recentKey)).toStringList();
    recent.removeAll(query());
    recent.prepend(query());
    settings.setValue(QLatin1String(recentKey), recent.mid(0, recentLimit));
}

void SearchPanel::step(int by) {
    if (m_searching) {
        m_pendingStep = by;
        return;
    }
    const int rows = m_results->rowCount();
    if (rows == 0)
        return;
    remember();
    jumpToRow(m_row < 0 ? (by > 0 ? 0 : rows - 1) : (m_row + by + rows) % rows);
}

void SearchPanel::jumpToRow(int row) {
    m_row = row;
    const auto index = m_results->index(row);
    m_list->setCurrentIndex(index);
    const auto model = m_workspace.model();
    const auto node = index.data(SearchResultsModel::NodeRole);
    NodeId id{node.toUInt()};
    quint32 shown = id.number;
    if (!node.isValid()) {
        const auto& graph = *model->model->graph;
        const ValueId value{index.data(SearchResultsModel::ValueRole).toUInt()};
        const auto* maker = graph.producer(value);
        const auto uses = graph.uses(value);
        id = maker ? maker->id : !uses.empty() ? uses.front().node : NodeId();
        shown = !maker && graph.isInput(value) && !graph.constant(value) ? ioIdBase + value.number : id.number;
    }
    if (id.valid())
        m_workspace.selection().set({id}, id);
    Q_EMIT revealed(shown);
    Q_EMIT statusChanged(tr("%1 of %2").arg(row + 1).arg(m_results->rowCount()));
}

void SearchPanel::activate(const QModelIndex& index) {
    remember();
    jumpToRow(index.row());
    hide();
    Q_EMIT leave();
}

void SearchPanel::selectAll() {
    const auto& nodes = m_results->hits().nodes;
    if (nodes.empty())
        return;
    remember();
    m_workspace.selection().set({nodes.begin(), nodes.end()}, nodes.front());
    hide();
    Q_EMIT leave();
}

void SearchPanel::useAsScope() {
    if (!m_results->hits().asScope)
        return;
    remember();
    m_workspace.setScopeQuery(QString::fromStdString(m_results->hits().scope));
    Q_EMIT m_workspace.notice(tr("Passes now work on what '%1' finds").arg(query()));
}

void SearchPanel::intoList() {
    unfold();
    auto* view = qobject_cast<QAbstractItemView*>(m_pages->currentWidget());
    if (!view || view->model()->rowCount() == 0)
        return;
    view->setFocus(Qt::OtherFocusReason);
    if (!view->currentIndex().isValid() || view == m_suggestions)
        view->setCurrentIndex(view->model()->index(0, 0));
}

} // namespace lapidary
