// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/searchfield.h"

#include "ui/theme/theme.h"
#include "ui/theme/themedicon.h"

#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QTextCharFormat>

namespace lapidary {

namespace {

int characters(const QByteArray& utf8, std::size_t bytes) {
    return int(QString::fromUtf8(utf8.left(qsizetype(bytes))).size());
}

} // namespace

SearchField::SearchField(QWidget* parent) : QLineEdit(parent) {
    setPlaceholderText(tr("Find nodes and tensors"));
    setToolTip(
        tr("A word, or conditions such as op:Conv channels>256. Return goes to the next match, Down into the list, "
           "F1 explains."));
    setClearButtonEnabled(true);
    addAction(themedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
}

/// A line edit has no formats of its own, but shows those an input method gives to the text around its own.
void SearchField::setMistake(std::optional<QueryPlace> place) {
    if (!place && !m_marked)
        return;
    m_marked = place.has_value();
    QList<QInputMethodEvent::Attribute> attributes;
    if (place) {
        const auto utf8 = text().toUtf8();
        const int begin = characters(utf8, place->begin);
        const int length = std::max(1, characters(utf8, place->begin + place->length) - begin);
        QTextCharFormat format;
        format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        format.setUnderlineColor(Theme::of(palette()).bad);
        format.setForeground(Theme::of(palette()).bad);
        attributes.append({QInputMethodEvent::TextFormat, begin - cursorPosition(), length, format});
    }
    QInputMethodEvent marks({}, attributes);
    QLineEdit::inputMethodEvent(&marks);
}

std::size_t SearchField::cursorByte() const {
    return std::size_t(text().left(cursorPosition()).toUtf8().size());
}

void SearchField::replaceBytes(std::size_t begin, std::size_t end, const std::string& with) {
    auto utf8 = text().toUtf8();
    utf8.replace(qsizetype(begin), qsizetype(end - begin), QByteArray::fromStdString(with));
    setText(QString::fromUtf8(utf8));
    setCursorPosition(characters(utf8, begin + with.size()));
}

bool SearchField::event(QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Tab && key->modifiers() == Qt::NoModifier && m_completes) {
            Q_EMIT completionWanted();
            return true;
        }
    }
    // Ctrl+Return applies a pass elsewhere in the window; here it selects what was found.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (enter && key->modifiers().testFlag(Qt::ControlModifier)) {
            event->accept();
            return true;
        }
    }
    return QLineEdit::event(event);
}

void SearchField::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Down:
        Q_EMIT listWanted();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (event->modifiers().testFlag(Qt::ControlModifier))
            Q_EMIT allWanted();
        else
            Q_EMIT stepWanted(event->modifiers().testFlag(Qt::ShiftModifier) ? -1 : 1);
        return;
    case Qt::Key_Escape:
        Q_EMIT dismissed();
        return;
    case Qt::Key_F1:
        Q_EMIT helpWanted();
        return;
    default:
        QLineEdit::keyPressEvent(event);
    }
}

} // namespace lapidary
