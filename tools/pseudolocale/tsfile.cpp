// SPDX-License-Identifier: GPL-3.0-or-later
#include "tsfile.h"

#include "plurals.h"
#include "pseudotext.h"

#include <QXmlStreamReader>
#include <QXmlStreamWriter>

namespace lapidary {

namespace {

/// The forms of a message: one, or two with a number; none leaves it to the source.
using Forms = QStringList (*)(const QString& source, bool plural);

QStringList pseudoForms(const QString& source, bool plural) {
    return QStringList(plural ? 2 : 1, pseudoText(source));
}

QStringList pluralForms(const QString& source, bool plural) {
    return plural ? englishForms(source) : QStringList();
}

class Copier {
public:
    Copier(QIODevice& from, QIODevice& to, Forms forms) : m_reader(&from), m_writer(&to), m_forms(forms) {}

    int run(QString& error) {
        while (!m_reader.atEnd()) {
            m_reader.readNext();
            if (m_reader.isStartElement())
                startElement();
            else if (!m_reader.hasError())
                m_writer.writeCurrentToken(m_reader);
        }
        if (m_reader.hasError())
            error = QStringLiteral("line %1: %2").arg(m_reader.lineNumber()).arg(m_reader.errorString());
        else if (!m_sawRoot)
            error = QStringLiteral("this is no translation source file");
        else if (m_writer.hasError())
            error = QStringLiteral("the result could not be written");
        return error.isEmpty() ? m_messages : -1;
    }

private:
    void startElement() {
        if (m_reader.name() == u"TS") {
            m_sawRoot = true;
            m_writer.writeStartElement(QStringLiteral("TS"));
            m_writer.writeAttribute(QStringLiteral("version"), QStringLiteral("2.1"));
            // Plural rules come from the language; English has the two forms written below.
            m_writer.writeAttribute(QStringLiteral("language"), QStringLiteral("en_US"));
        } else if (m_reader.name() == u"source") {
            m_source = m_reader.readElementText();
            m_writer.writeTextElement(QStringLiteral("source"), m_source);
        } else if (m_reader.name() == u"translation") {
            m_reader.skipCurrentElement();
            translate();
        } else {
            if (m_reader.name() == u"message")
                m_plural = m_reader.attributes().value(QLatin1StringView("numerus")) == u"yes";
            m_writer.writeCurrentToken(m_reader);
        }
    }

    void translate() {
        const auto forms = m_forms(m_source, m_plural);
        m_writer.writeStartElement(QStringLiteral("translation"));
        if (forms.isEmpty())
            m_writer.writeAttribute(QStringLiteral("type"), QStringLiteral("unfinished"));
        for (const auto& form : forms)
            if (m_plural)
                m_writer.writeTextElement(QStringLiteral("numerusform"), form);
            else
                m_writer.writeCharacters(form);
        m_writer.writeEndElement();
        m_messages += forms.isEmpty() ? 0 : 1;
    }

    QXmlStreamReader m_reader;
    QXmlStreamWriter m_writer;
    Forms m_forms;
    QString m_source;
    bool m_plural = false;
    bool m_sawRoot = false;
    int m_messages = 0;
};

} // namespace

int pseudoTranslate(QIODevice& from, QIODevice& to, QString& error) {
    return Copier(from, to, pseudoForms).run(error);
}

int translatePlurals(QIODevice& from, QIODevice& to, QString& error) {
    return Copier(from, to, pluralForms).run(error);
}

} // namespace lapidary
