// SPDX-License-Identifier: GPL-3.0-or-later
// How the search panel looks and where it lies.
#include "ui/panels/searchdelegate.h"
#include "ui/panels/searchfield.h"
#include "ui/panels/searchhelp.h"
#include "ui/panels/searchpanel.h"
#include "ui/theme/themedicon.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QListWidget>
#include <QStackedWidget>
#include <QTextBrowser>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

namespace lapidary {

namespace {

constexpr int completionCount = 4;
constexpr int minWidth = 620;
constexpr int maxRows = 12;

} // namespace

void SearchPanel::build() {
    setObjectName(QStringLiteral("searchPanel"));
    setAccessibleName(tr("Search results"));
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(0);

    m_completionRow = new QWidget(this);
    auto* row = new QHBoxLayout(m_completionRow);
    row->setContentsMargins(8, 4, 8, 4);
    auto* tab = new QLabel(tr("Tab completes:"), m_completionRow);
    tab->setProperty("muted", true);
    row->addWidget(tab);
    for (int i = 0; i < completionCount; ++i) {
        auto* button = new QToolButton(m_completionRow);
        button->setObjectName(QStringLiteral("searchCompletion%1").arg(i));
        button->setFocusPolicy(Qt::NoFocus);
        connect(button, &QToolButton::clicked, this, [this, i] { complete(i); });
        m_completionButtons.append(button);
        row->addWidget(button);
    }
    row->addStretch(1);
    column->addWidget(m_completionRow);

    m_problem = new QLabel(this);
    m_problem->setObjectName(QStringLiteral("searchProblem"));
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::RichText);
    m_problem->setContentsMargins(12, 4, 12, 4);
    m_problem->hide();
    column->addWidget(m_problem);

    m_list = new QListView(this);
    m_list->setObjectName(QStringLiteral("searchResults"));
    m_list->setAccessibleName(tr("Nodes and tensors found"));
    m_list->setModel(m_results);
    m_list->setItemDelegate(new SearchDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_suggestions = new QListWidget(this);
    m_suggestions->setObjectName(QStringLiteral("searchSuggestions"));
    m_suggestions->setAccessibleName(tr("Recent queries and examples"));
    m_help = new QTextBrowser(this);
    m_help->setObjectName(QStringLiteral("searchHelp"));
    m_help->setAccessibleName(tr("What queries are made of"));
    m_help->setOpenLinks(false);
    m_help->setFrameShape(QFrame::NoFrame);
    m_pages = new QStackedWidget(this);
    for (QWidget* page : std::initializer_list<QWidget*>{m_list, m_suggestions, m_help}) {
        m_pages->addWidget(page);
        page->installEventFilter(this);
    }
    column->addWidget(m_pages, 1);
    column->addWidget(makeFooter());
    m_completionRow->hide();

    connect(m_list, &QListView::clicked, this, [this](const QModelIndex& index) { jumpToRow(index.row()); });
    connect(m_list, &QListView::doubleClicked, this, &SearchPanel::activate);
    connect(m_suggestions, &QListWidget::itemClicked, this, [this](QListWidgetItem* item) { setQuery(item->text()); });
    connect(m_help, &QTextBrowser::anchorClicked, this, [this](const QUrl& link) {
        setQuery(QUrl::fromPercentEncoding(link.toEncoded()).mid(int(qstrlen("query:"))));
    });
}

QWidget* SearchPanel::makeFooter() {
    auto* footer = new QWidget(this);
    auto* row = new QHBoxLayout(footer);
    row->setContentsMargins(12, 4, 8, 4);
    m_count = new QLabel(footer);
    m_count->setObjectName(QStringLiteral("searchCount"));
    row->addWidget(m_count);
    row->addStretch(1);
    const auto button = [&](const char* name, const QString& text) {
        auto* made = new QToolButton(footer);
        made->setObjectName(QLatin1String(name));
        made->setText(text);
        row->addWidget(made);
        return made;
    };
    m_all = button("searchSelectAll", tr("Select all"));
    m_scope = button("searchUseAsScope", tr("Use as scope"));
    auto* help = button("searchHelpButton", tr("Help"));
    help->setToolTip(tr("What queries are made of, with examples (F1)"));
    connect(m_all, &QToolButton::clicked, this, &SearchPanel::selectAll);
    connect(m_scope, &QToolButton::clicked, this, &SearchPanel::useAsScope);
    connect(help, &QToolButton::clicked, this, &SearchPanel::showHelp);
    return footer;
}

void SearchPanel::showHelp() {
    if (m_help->document()->isEmpty())
        m_help->setHtml(searchHelpHtml());
    m_pages->setCurrentWidget(m_help);
    m_problem->hide();
    show();
    raise();
    place();
}

void SearchPanel::unfold() {
    if (!m_workspace.model())
        return;
    if (query().isEmpty())
        showSuggestions();
    else
        m_pages->setCurrentWidget(m_list);
    m_problem->setVisible(m_results->hits().problem.has_value());
    show();
    raise();
    place();
}

/// Right below the field, as high as its content up to two thirds of the graph.
void SearchPanel::place() {
    if (!isVisible())
        return;
    const QPoint corner = m_area->mapFromGlobal(m_field->mapToGlobal(QPoint(0, m_field->height() + 2)));
    const int width = std::min(std::max(minWidth, m_field->width()), m_area->width() - corner.x() - 8);
    int content = 0;
    if (m_pages->currentWidget() == m_help)
        content = 420;
    else if (const auto* view = qobject_cast<QAbstractItemView*>(m_pages->currentWidget()))
        content = view->model()->rowCount() == 0
                      ? 0
                      : std::min(view->model()->rowCount(), maxRows) * view->sizeHintForRow(0) + 4;
    if (m_problem->isVisibleTo(this) && m_pages->currentWidget() == m_list)
        content = 0;
    m_pages->setVisible(content > 0);
    layout()->activate();
    int height = content;
    for (const QWidget* part : findChildren<QWidget*>(Qt::FindDirectChildrenOnly))
        if (part != m_pages && part->isVisibleTo(this))
            height += part->hasHeightForWidth() ? part->heightForWidth(width - 2) : part->sizeHint().height();
    height = std::min(height + 2, (m_area->height() - corner.y()) * 2 / 3 + 60);
    setGeometry(corner.x(), corner.y(), width, height);
}

/// Keys in the lists and the help; letters go on with the query.
bool SearchPanel::listKey(int key) {
    auto* view = qobject_cast<QAbstractItemView*>(m_pages->currentWidget());
    switch (key) {
    case Qt::Key_Escape:
        m_field->setFocus(Qt::OtherFocusReason);
        if (m_pages->currentWidget() == m_help)
            m_pages->setCurrentWidget(query().isEmpty() ? static_cast<QWidget*>(m_suggestions) : m_list);
        place();
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (view == m_list && m_list->currentIndex().isValid())
            activate(m_list->currentIndex());
        else if (view == m_suggestions && m_suggestions->currentItem())
            setQuery(m_suggestions->currentItem()->text());
        return true;
    case Qt::Key_Up:
        if (!view || view->currentIndex().row() > 0)
            return false;
        m_field->setFocus(Qt::OtherFocusReason);
        return true;
    default:
        return false;
    }
}

bool SearchPanel::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_area && event->type() == QEvent::Resize)
        place();
    if (watched != m_area && event->type() == QEvent::KeyPress) {
        auto* key = static_cast<QKeyEvent*>(event);
        if (listKey(key->key()))
            return true;
        const auto text = key->text();
        if (!text.isEmpty() && text[0].isPrint() && !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier))) {
            m_field->setFocus(Qt::OtherFocusReason);
            m_field->end(false);
            m_field->insert(text);
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace lapidary
