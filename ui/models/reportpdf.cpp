// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/reportpdf.h"

#include "project/atomicfile.h"
#include "ui/models/reportpictures.h"

#include <QAbstractTextDocumentLayout>
#include <QBuffer>
#include <QPainter>
#include <QPdfWriter>
#include <QRegularExpression>
#include <QSvgRenderer>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextObjectInterface>
#include <QTextTable>

#include <algorithm>
#include <cmath>

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
constexpr int stripsProperty = QTextFormat::UserProperty + 3;
constexpr int maxStrips = 8;
constexpr double stripGap = 14;     // points between strips of a tall picture
constexpr double belowHeading = 48; // points that must fit below a heading

constexpr const char* sheet = "body { color: #000; } h1 { font-size: 18pt; } h2 { font-size: 14pt; margin-top: 14px; } "
                              "h3 { font-size: 11pt; margin-top: 12px; }"
                              "h4 { font-size: 9pt; margin-top: 8px; } h5 { font-size: 8pt; margin-top: 6px; } p { "
                              "margin-top: 3px; margin-bottom: 3px; } "
                              ".muted { color: #555; } .good { color: #00704a; }"
                              ".bad { color: #a8390c; } .small { font-size: 6.5pt; } .number { text-align: right; } "
                              "td, th { padding: 2px 3px; } th { color: #444; text-align: left; font-size: 5.8pt; }";

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

/// QtSvg knows no patterns either: what is hatched keeps its tint and its outline.
QByteArray withoutPatterns(QByteArray svg) {
    for (const char* name : {"removed", "fenced", "estimate"})
        svg.replace(QByteArray("url(#") + name + ')', "none");
    return svg;
}

/// How a picture goes on a page: tall ones are cut into strips that lie side by side, as many as make it largest.
struct Placement {
    int strips = 1;
    double scale = 0;
    QSizeF size; // of all strips with the gaps between them
};

Placement placementOf(QSizeF picture, QSizeF most) {
    Placement best;
    for (int strips = 1; strips <= maxStrips; ++strips) {
        const double width = (most.width() - (strips - 1) * stripGap) / (strips * picture.width());
        const double scale = std::min({width, most.height() * strips / picture.height(), 0.75});
        if (scale > 1.1 * best.scale) // a cut must be worth it
            best = {
                strips, scale,
                QSizeF(strips * scale * picture.width() + (strips - 1) * stripGap, scale * picture.height() / strips)};
    }
    return best;
}

/// Without the text that stands outside of a strip: QtSvg turns text into curves, and clipped curves fill the file all
/// the same. Groups move their text by less than the margin.
QByteArray textBetween(const QByteArray& svg, double top, double bottom) {
    constexpr double margin = 120;
    static const QRegularExpression height(QStringLiteral("^<text [^>]*\\by=\"(-?[0-9.]+)\""));
    QByteArray kept;
    for (const auto& line : svg.split('\n')) {
        const auto match =
            line.startsWith("<text ") ? height.match(QString::fromUtf8(line)) : QRegularExpressionMatch();
        const double y = match.captured(1).toDouble();
        if (!match.hasMatch() || !line.endsWith("</text>") || (y > top - margin && y < bottom + margin))
            kept += line + '\n';
    }
    return kept;
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
        if (painter->hasClipping() && !painter->clipBoundingRect().intersects(rect))
            return; // on another page
        const auto bytes = format.property(svgProperty).toByteArray();
        const QRectF box = QSvgRenderer(bytes).viewBoxF();
        const int strips = format.property(stripsProperty).toInt();
        const double width = (rect.width() - (strips - 1) * stripGap) / strips;
        const double height = box.height() / strips;
        for (int i = 0; i < strips; ++i) {
            const QRectF place(rect.left() + i * (width + stripGap), rect.top(), width, rect.height());
            const double top = box.top() + i * height;
            QSvgRenderer svg(strips > 1 ? textBetween(bytes, top, top + height) : bytes);
            svg.setViewBox(QRectF(box.left(), top, box.width(), height));
            painter->save();
            painter->setClipRect(place, Qt::IntersectClip);
            svg.render(painter, place);
            painter->restore();
        }
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
        const auto bytes = withoutPatterns(flattened(QByteArray::fromStdString(svg)));
        const QSizeF size = QSvgRenderer(bytes).defaultSize();
        if (size.isEmpty())
            return;
        // A whole picture with its caption goes on one page, and a heading above it.
        const QSizeF most(m_page.width(), m_page.height() - 90);
        const auto placement = placementOf(size, most);
        QTextCharFormat format;
        format.setObjectType(svgType);
        format.setProperty(svgProperty, bytes);
        format.setProperty(sizeProperty, placement.size);
        format.setProperty(stripsProperty, placement.strips);
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
        keepHeadings();
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
        QTextCursor edit(&m_text);
        edit.beginEditBlock(); // one layout after all changes, not one after each
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
        edit.endEditBlock();
    }

    static bool isHeading(const QTextBlock& block) { return block.isValid() && block.blockFormat().headingLevel() > 0; }

    /// A heading, and headings above it, go to the page of what they are about.
    void keepHeadings() {
        const auto* layout = m_text.documentLayout();
        for (auto block = m_text.begin(); block.isValid(); block = block.next()) {
            if (!isHeading(block))
                continue;
            const auto first = block;
            while (isHeading(block.next()))
                block = block.next();
            const double top = layout->blockBoundingRect(first).top();
            const double end = (std::floor(top / m_page.height()) + 1) * m_page.height();
            if (layout->blockBoundingRect(block).bottom() + belowHeading > end)
                breakBefore(first);
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
