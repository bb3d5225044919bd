// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/reportpdf.h"

#include "project/atomicfile.h"
#include "ui/models/reportpictures.h"

#include <QAbstractTextDocumentLayout>
#include <QBuffer>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgRenderer>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextObjectInterface>
#include <QTextTable>

#include <algorithm>

namespace lapidary {

namespace {

// Everything is laid out in points at 72 dpi and painted through one scale.
constexpr double pointsPerInch = 72;
constexpr double marginPoints = 45;
constexpr double footerPoints = 22;
constexpr int resolution = 600;
constexpr std::size_t maxRows = 40; // of a table on paper; the HTML report has all

constexpr int svgType = QTextFormat::UserObject + 1;
constexpr int svgProperty = QTextFormat::UserProperty + 1;
constexpr int sizeProperty = QTextFormat::UserProperty + 2;

constexpr const char* sheet = "body { color: #000; } h1 { font-size: 18pt; } h2 { font-size: 14pt; margin-top: 14px; } "
                              "h3 { font-size: 11pt; margin-top: 12px; }"
                              "h4 { font-size: 9pt; margin-top: 8px; } p { margin-top: 3px; margin-bottom: 3px; } "
                              ".muted { color: #555; } .good { color: #00704a; }"
                              ".bad { color: #a8390c; } .small { font-size: 6.5pt; } .number { text-align: right; } "
                              "td, th { padding: 2px 3px; } th { color: #444; text-align: left; font-size: 6.5pt; }";

/// QtSvg knows no drawing inside of a drawing; a moved group is the same here, as the inner one has no scale of its
/// own.
QByteArray flattened(QByteArray svg) {
    const auto begin = svg.indexOf("<svg x=\"");
    const auto end = svg.lastIndexOf("</svg>", svg.lastIndexOf("</svg>") - 1);
    if (begin < 0 || end < begin)
        return svg;
    const auto tagEnd = svg.indexOf('>', begin);
    const auto parts = svg.mid(begin, tagEnd - begin).split('"'); // <svg x=, X, y=, Y, …
    if (parts.size() < 4)
        return svg;
    svg.replace(end, 6, "</g>");
    return svg.replace(begin, tagEnd + 1 - begin, "<g transform=\"translate(" + parts[1] + ' ' + parts[3] + ")\">");
}

/// Draws SVG documents in a text as curves.
class SvgObject final : public QObject, public QTextObjectInterface {
    Q_OBJECT
    Q_INTERFACES(QTextObjectInterface)

public:
    QSizeF intrinsicSize(QTextDocument*, int, const QTextFormat& format) override {
        return format.property(sizeProperty).toSizeF();
    }
    void drawObject(QPainter* painter, const QRectF& rect, QTextDocument*, int, const QTextFormat& format) override {
        QSvgRenderer(format.property(svgProperty).toByteArray()).render(painter, rect);
    }
};

class PdfDocument {
public:
    explicit PdfDocument(QSizeF page) : m_page(page), m_cursor(&m_text) {
        m_text.documentLayout()->registerHandler(svgType, &m_svg);
        m_text.setDefaultFont(QFont(QStringLiteral("Sans Serif"), 8));
        m_text.setDefaultStyleSheet(QLatin1String(sheet));
        m_text.setDocumentMargin(0);
        m_text.setPageSize(page);
    }

    void addHtml(const std::string& html, bool startsPage) {
        if (m_cursor.block().length() > 1 || m_cursor.currentTable())
            m_cursor.insertBlock(QTextBlockFormat(), QTextCharFormat());
        const int from = m_cursor.position();
        m_cursor.insertHtml(QString::fromStdString(html));
        const auto first = m_text.findBlock(from);
        QTextBlockFormat apart;
        apart.setTopMargin(14);
        QTextCursor(first).mergeBlockFormat(apart);
        if (startsPage)
            breakBefore(first);
        m_cursor.movePosition(QTextCursor::End);
    }

    void addPicture(const std::string& svg, const std::string& caption) {
        const auto bytes = flattened(QByteArray::fromStdString(svg));
        QSizeF size = QSvgRenderer(bytes).defaultSize();
        if (size.isEmpty())
            return;
        // A whole picture with its caption goes on one page, and a heading above it.
        const QSizeF most(m_page.width(), m_page.height() - 90);
        const double scale = std::min({most.width() / size.width(), most.height() / size.height(), 0.75});
        QTextCharFormat format;
        format.setObjectType(svgType);
        format.setProperty(svgProperty, bytes);
        format.setProperty(sizeProperty, size * scale);
        QTextBlockFormat block;
        block.setAlignment(Qt::AlignHCenter);
        block.setTopMargin(8);
        block.setNonBreakableLines(true);
        m_cursor.insertBlock(block, QTextCharFormat());
        m_cursor.insertText(QString(QChar::ObjectReplacementCharacter), format);
        if (!caption.empty()) {
            m_cursor.insertBlock(block, QTextCharFormat());
            m_cursor.insertHtml(QStringLiteral("<span class=\"muted\">%1</span>").arg(QString::fromStdString(caption)));
        }
        m_cursor.insertBlock(QTextBlockFormat(), QTextCharFormat());
    }

    QByteArray write(const QString& title, const Work& work) {
        dressTables();
        QByteArray bytes;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        QPdfWriter pdf(&buffer);
        pdf.setTitle(title);
        pdf.setCreator(QString::fromStdString(versionText()));
        pdf.setResolution(resolution);
        pdf.setPageSize(QPageSize(QPageSize::A4));
        pdf.setPageMargins(QMarginsF(0, 0, 0, 0));
        QPainter painter(&pdf);
        const int pages = m_text.pageCount();
        for (int page = 0; page < pages && !work.stopRequested(); ++page) {
            if (page > 0)
                pdf.newPage();
            paint(painter, page, pages, title);
            work.progress.set(double(page + 1) / pages);
        }
        painter.end();
        return bytes;
    }

private:
    static void breakBefore(const QTextBlock& block) {
        QTextCursor at(block);
        auto format = block.blockFormat();
        format.setPageBreakPolicy(QTextFormat::PageBreak_AlwaysBefore);
        at.setBlockFormat(format);
    }

    /// Thin lines, heads repeated on each page.
    void dressTables() {
        for (auto* frame : m_text.rootFrame()->childFrames())
            if (auto* table = qobject_cast<QTextTable*>(frame)) {
                auto format = table->format();
                format.setBorder(0.5);
                format.setBorderBrush(QColor(0xc4, 0xca, 0xd0));
                format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
                format.setBorderCollapse(true);
                format.setCellPadding(3);
                format.setCellSpacing(0);
                format.setHeaderRowCount(1);
                table->setFormat(format);
            }
    }

    void paint(QPainter& painter, int page, int pages, const QString& title) {
        painter.save();
        painter.scale(resolution / pointsPerInch, resolution / pointsPerInch);
        painter.translate(marginPoints, marginPoints);
        const QRectF view(0, page * m_page.height(), m_page.width(), m_page.height());
        painter.save();
        painter.translate(0, -view.top());
        painter.setClipRect(view);
        QAbstractTextDocumentLayout::PaintContext context;
        context.clip = view;
        context.palette.setColor(QPalette::Text, Qt::black);
        m_text.documentLayout()->draw(&painter, context);
        painter.restore();
        QFont font = m_text.defaultFont();
        font.setPixelSize(8);
        painter.setFont(font);
        painter.setPen(QColor(0x55, 0x55, 0x55));
        const QRectF foot(0, m_page.height() + footerPoints / 2, m_page.width(), footerPoints);
        painter.drawText(foot, Qt::AlignLeft, title);
        painter.drawText(foot, Qt::AlignRight, QStringLiteral("%1 / %2").arg(page + 1).arg(pages));
        painter.restore();
    }

    QSizeF m_page;
    SvgObject m_svg;
    QTextDocument m_text;
    QTextCursor m_cursor;
};

QString titleOf(const ReportPart& head) {
    QTextDocument text;
    text.setHtml(QString::fromStdString(head.html));
    return text.firstBlock().text();
}

} // namespace

Status writeReportPdf(const ProjectSession& session, const std::filesystem::path& file, const Work& work) {
    ReportOptions options;
    options.graphPicture = reportGraph;
    options.maxRows = maxRows;
    const auto parts = reportParts(session, options, work.part(0, 0.6));
    if (!parts)
        return parts.status();
    const auto paper = QPageSize(QPageSize::A4).size(QPageSize::Point);
    PdfDocument document(QSizeF(paper.width() - 2 * marginPoints, paper.height() - 2 * marginPoints - footerPoints));
    for (const auto& part : *parts) {
        if (auto status = work.check(); !status)
            return status;
        if (part.kind == ReportPart::Kind::Html)
            document.addHtml(part.html, part.startsPage);
        else
            document.addPicture(part.picture.light, part.kind == ReportPart::Kind::Graph ? part.html : std::string());
    }
    const auto bytes = document.write(titleOf(parts->front()), work.part(0.6, 1));
    if (auto status = work.check(); !status)
        return status;
    return writeFileAtomically(file, std::string_view(bytes.constData(), std::size_t(bytes.size())));
}

Status writeReportFile(const ProjectSession& session, const std::filesystem::path& file, const Work& work) {
    auto ending = QString::fromStdString(file.extension().string()).toLower();
    if (ending == QLatin1String(".pdf"))
        return writeReportPdf(session, file, work);
    ReportOptions options;
    options.graphPicture = reportGraph;
    return writeReport(session, file, work, options);
}

} // namespace lapidary

#include "reportpdf.moc"
