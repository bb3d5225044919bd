// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/pairedsession.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace lapidary {

class ConfusionPage;
class GalleryPage;
class NumbersPage;
class ScoresPage;

/// Two models on the evaluation data, page by page, under one line that says what is compared, how far it is, and what
/// to do when there is nothing to see.
class PairedPages : public QWidget {
    Q_OBJECT

public:
    enum Page { Numbers, Disagreements, Confusion, Scores };

    PairedPages(Workspace& workspace, DiffSession& models, QWidget* parent = nullptr);

    void setPage(Page page);
    PairedSession& session() { return m_session; }
    GalleryPage& gallery() { return *m_gallery; }

Q_SIGNALS:
    void pageWanted(lapidary::PairedPages::Page page);

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeBar();
    QWidget* makeHint();
    void showState();
    void showProgress();
    void showHint(const QString& title, const QString& text, bool dataButton, bool againButton);
    void chooseData();

    Workspace& m_workspace;
    PairedSession m_session;
    Page m_page = Numbers;
    QLabel* m_caption;
    QProgressBar* m_progress;
    QPushButton* m_stop;
    QComboBox* m_limit;
    QLabel* m_hintTitle;
    QLabel* m_hint;
    QPushButton* m_chooseData;
    QPushButton* m_again;
    QStackedWidget* m_stack;
    NumbersPage* m_numbers;
    GalleryPage* m_gallery;
    ConfusionPage* m_confusion;
    ScoresPage* m_scores;
    PairedComparisonPtr m_shown;
};

} // namespace lapidary
