// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/query/querycompletion.h"
#include "ui/models/latest.h"
#include "ui/models/searchresultsmodel.h"
#include "ui/models/workspace.h"

#include <QFrame>
#include <QSet>
#include <QTimer>

class QLabel;
class QListView;
class QListWidget;
class QStackedWidget;
class QTextBrowser;
class QToolButton;

namespace lapidary {

class SearchField;

/// The list below the search field: what the query finds while it is typed, what is wrong with it, completions, recent
/// queries and help. Lies over the graph, never in the way of typing. Small graphs are searched at once, large ones in
/// the background, where the newest query wins.
class SearchPanel : public QFrame {
    Q_OBJECT

public:
    /// `area`: the widget over which the list unfolds; `field` lies above it in the same window.
    SearchPanel(Workspace& workspace, SearchField* field, QWidget* area);
    ~SearchPanel() override;

    const SearchHits& hits() const { return m_results->hits(); }
    QString query() const;

public Q_SLOTS:
    /// Searches anew, for another model or profile.
    void refresh();
    /// To the next match (or previous: -1), as Return does.
    void step(int by);
    void selectAll();
    /// The query becomes the scope of the pass panel.
    void useAsScope();
    void showHelp();
    /// Shows the list: results, or recent queries and examples.
    void unfold();

Q_SIGNALS:
    void found(const QSet<quint32>& nodes);  ///< to be lit in the graph
    void statusChanged(const QString& text); ///< "12 found", "3 of 12"
    void leave();                            ///< the keyboard belongs to the graph again
    void revealed(quint32 node);             ///< a node was jumped to

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void build();
    QWidget* makeFooter();
    void connectField();
    void edited();
    void search();
    void showHits(SearchHits hits);
    void showProblem(const QueryProblem& problem);
    void showSuggestions();
    void showCompletions();
    void complete(int index);
    void setQuery(const QString& text);
    void remember();
    void intoList();
    void activate(const QModelIndex& index);
    void jumpToRow(int row);
    void place();
    bool listKey(int key);
    SearchKnowledge knowledge() const;
    void learnWords();

    Workspace& m_workspace;
    SearchField* m_field;
    QWidget* m_area;
    SearchResultsModel* m_results;
    QWidget* m_completionRow = nullptr;
    QList<QToolButton*> m_completionButtons;
    QLabel* m_problem = nullptr;
    QStackedWidget* m_pages = nullptr;
    QListView* m_list = nullptr;
    QListWidget* m_suggestions = nullptr;
    QTextBrowser* m_help = nullptr;
    QLabel* m_count = nullptr;
    QToolButton* m_all = nullptr;
    QToolButton* m_scope = nullptr;
    QTimer m_debounce;
    Latest<std::shared_ptr<SearchHits>> m_search;
    Latest<std::shared_ptr<QueryVocabulary>> m_vocabularies;
    std::shared_ptr<QueryVocabulary> m_vocabulary;
    AnalysedModelPtr m_wordsOf;
    QueryCompletions m_completions;
    int m_row = -1;
    int m_pendingStep = 0; ///< Return was pressed before the answer came
    bool m_searching = false;
};

} // namespace lapidary
