// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/query/query.h"

#include <QLineEdit>

namespace lapidary {

/// A line for queries: underlines the place of a mistake and hands the keys of the list below on.
class SearchField : public QLineEdit {
    Q_OBJECT

public:
    explicit SearchField(QWidget* parent = nullptr);

    /// Bytes of the text; nothing: all is well.
    void setMistake(std::optional<QueryPlace> place);
    /// Position of the cursor in bytes of the UTF-8 text.
    std::size_t cursorByte() const;
    /// Replaces a piece of the UTF-8 text; the cursor comes to stand behind it.
    void replaceBytes(std::size_t begin, std::size_t end, const std::string& text);

Q_SIGNALS:
    void listWanted();       ///< Down: into the list
    void completionWanted(); ///< Tab, while there is something to complete
    void stepWanted(int by); ///< Return: +1, Shift+Return: -1
    void allWanted();        ///< Ctrl+Return: select everything found
    void dismissed();        ///< Escape
    void helpWanted();       ///< F1

public Q_SLOTS:
    /// Whether Tab completes; otherwise it goes to the next control.
    void setCompletes(bool completes) { m_completes = completes; }

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    bool m_completes = false;
    bool m_marked = false;
};

} // namespace lapidary
