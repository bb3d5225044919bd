// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/diffsession.h"

#include <QWidget>

class QButtonGroup;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QStackedWidget;
class QToolButton;

namespace lapidary {

class CompareMany;
class CompareSummary;
class DiffPicturePage;
class DiffSideBySide;
class PairedPages;

/// Two models, variants of the project or files, compared: in numbers, in one picture, side by side, as a table, layer
/// by layer, step by step, and sample by sample on the evaluation data.
class ComparePanel : public QWidget {
    Q_OBJECT

public:
    enum Mode { Summary, Picture, SideBySide, Table, Layers, Recipe, Many, Numbers, Disagreements, Confusion, Scores };

    explicit ComparePanel(Workspace& workspace, QWidget* parent = nullptr);

    /// Compares these two, at once.
    void compare(VariantId a, VariantId b);
    /// Three or more in columns, the reference first.
    void compareMany(const QList<VariantId>& ids);
    /// The current variant with a model from disk.
    void compareWith(const QString& file);
    void setMode(Mode mode);
    Mode mode() const;
    DiffSession& session() { return m_session; }
    PairedPages& paired() { return *m_paired; }
    /// Empty: exportPicture() has something to write.
    QString whyNoPicture() const;

public Q_SLOTS:
    void chooseFile();
    /// Asks how and where, and writes the picture of both models in a job.
    void exportPicture();
    void nextDifference();
    void previousDifference();

Q_SIGNALS:
    /// whyNoPicture() may be another.
    void pictureChanged();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeSides();
    QWidget* makeModes();
    void leaveMany();
    void addMode(QHBoxLayout& row, Mode mode, const char* name, const QString& text, const QString& tip);
    void addPlace(QHBoxLayout& row);
    void fillCombos();
    void start();
    void swap();
    void step(int by);
    void showNumbers();
    void showPlace();
    CompareSide chosen(const QComboBox* combo) const;
    VariantSummary summaryOf(const CompareSide& side, bool inB) const;

    Workspace& m_workspace;
    DiffSession m_session;
    QComboBox* m_a;
    QComboBox* m_b;
    QButtonGroup* m_modes;
    QLabel* m_place;
    QToolButton* m_cancel;
    QToolButton* m_previous;
    QToolButton* m_next;
    QStackedWidget* m_pages;
    CompareMany* m_many;
    CompareSummary* m_summary;
    DiffPicturePage* m_picture;
    DiffSideBySide* m_sides;
    PairedPages* m_paired;
    Mode m_mode = Summary;
    QStringList m_files; ///< from disk, in the order they were chosen
    bool m_filling = false;
};

} // namespace lapidary
