// SPDX-License-Identifier: GPL-3.0-or-later
#include "tsfile.h"

#include "pseudotext.h"

#include <QXmlStreamReader>
#include <QXmlStreamWriter>

namespace lapidary {

namespace {

class Copier {
public:
    Copier(QIODevice& from, QIODevice& to) : m_reader(&from), m_writer(&to) {}

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
        const QString text = pseudoText(m_source);
        m_writer.writeStartElement(QStringLiteral("translation"));
        if (m_plural) {
            m_writer.writeTextElement(QStringLiteral("numerusform"), text);
            m_writer.writeTextElement(QStringLiteral("numerusform"), text);
        } else {
            m_writer.writeCharacters(text);
        }
        m_writer.writeEndElement();
        ++m_messages;
    }

    QXmlStreamReader m_reader;
    QXmlStreamWriter m_writer;
    QString m_source;
    bool m_plural = false;
    bool m_sawRoot = false;
    int m_messages = 0;
};

} // namespace

int pseudoTranslate(QIODevice& from, QIODevice& to, QString& error) {
    return Copier(from, to).run(error);
}

} // namespace lapidary
