// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/graphexportdialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>

namespace lapidary {

namespace {

constexpr int formatCount = 3;

QString endingOf(ExportFormat format) {
    return format == ExportFormat::Png   ? QStringLiteral("png")
           : format == ExportFormat::Svg ? QStringLiteral("svg")
                                         : QStringLiteral("pdf");
}

QString key(const char* name) {
    return QStringLiteral("graphExport/") + QLatin1String(name);
}

} // namespace

GraphExportDialog::GraphExportDialog(LaidPicturePtr picture, ExportOptions shown, QWidget* parent)
    : QDialog(parent), m_picture(std::move(picture)), m_shown(std::move(shown)) {
    setObjectName(QStringLiteral("graphExportDialog"));
    setWindowTitle(tr("Export graph"));
    build();
    restore();
    connect(m_file, &QLineEdit::textChanged, this, &GraphExportDialog::followFile);
    connect(m_format, &QComboBox::currentIndexChanged, this, &GraphExportDialog::followFormat);
    for (auto* combo : {m_range, m_pages, m_colours})
        connect(combo, &QComboBox::currentIndexChanged, this, &GraphExportDialog::refresh);
    connect(m_scale, &QDoubleSpinBox::valueChanged, this, &GraphExportDialog::refresh);
    connect(m_legend, &QCheckBox::toggled, this, &GraphExportDialog::refresh);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &GraphExportDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &GraphExportDialog::reject);
    followFormat();
}

void GraphExportDialog::build() {
    m_form = new QFormLayout(this);
    const auto combo = [this](const char* name, const QString& label, const QString& tip, const QStringList& texts) {
        auto* box = new QComboBox(this);
        box->setObjectName(QLatin1String(name));
        box->addItems(texts);
        box->setToolTip(tip);
        m_form->addRow(label, box);
        return box;
    };
    auto* row = new QHBoxLayout;
    m_file = new QLineEdit(this);
    m_file->setObjectName(QStringLiteral("exportFile"));
    m_file->setMinimumWidth(320);
    m_file->setToolTip(tr("The file to write; its ending chooses the format"));
    auto* browseButton = new QPushButton(tr("Choose…"), this);
    browseButton->setObjectName(QStringLiteral("exportBrowse"));
    browseButton->setToolTip(tr("Choose folder and name"));
    connect(browseButton, &QPushButton::clicked, this, &GraphExportDialog::browse);
    row->addWidget(m_file, 1);
    row->addWidget(browseButton);
    m_form->addRow(tr("F&ile"), row);
    if (auto* label = qobject_cast<QLabel*>(m_form->labelForField(row)))
        label->setBuddy(m_file);
    m_format = combo("exportFormat", tr("F&ormat"), tr("PNG: pixels. SVG and PDF: curves and text, sharp at any size."),
                     {tr("PNG image"), tr("SVG drawing"), tr("PDF document")});
    m_range = combo("exportRange", tr("&Part"), tr("All of the graph, or what is on the screen now"),
                    {tr("Whole graph"), tr("Visible part")});
    m_scale = new QDoubleSpinBox(this);
    m_scale->setObjectName(QStringLiteral("exportScale"));
    m_scale->setRange(1, 1000);
    m_scale->setDecimals(0);
    m_scale->setSuffix(tr(" %"));
    m_scale->setToolTip(tr("100 % is the size on a screen with 96 pixels per inch; 300 % is right for print"));
    m_form->addRow(tr("&Scale"), m_scale);
    m_pages = combo("exportPages", tr("Pa&ges"), tr("How the graph is laid on paper"),
                    {tr("One page, as large as the graph"), tr("As many A4 pages as it takes"),
                     tr("As many A3 pages as it takes"), tr("One A4 page"), tr("One A3 page")});
    m_colours = combo("exportColours", tr("&Colours"), tr("Light is for paper"), {tr("Light"), tr("As on the screen")});
    m_legend = new QCheckBox(tr("&Legend of the colours"), this);
    m_legend->setObjectName(QStringLiteral("exportLegend"));
    m_legend->setToolTip(tr("Also write what the colours mean, if nodes are coloured by a value"));
    m_form->addRow(m_legend);
    m_size = new QLabel(this);
    m_size->setObjectName(QStringLiteral("exportSize"));
    m_size->setWordWrap(true);
    m_size->setMinimumHeight(3 * fontMetrics().height());
    m_form->addRow(m_size);
    m_buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    auto* write = m_buttons->addButton(tr("E&xport"), QDialogButtonBox::AcceptRole);
    write->setObjectName(QStringLiteral("exportWrite"));
    m_form->addRow(m_buttons);
}

void GraphExportDialog::restore() {
    const QSettings settings;
    const auto index = [&](const char* name, int fallback, const QComboBox* box) {
        return qBound(0, settings.value(key(name), fallback).toInt(), box->count() - 1);
    };
    m_format->setCurrentIndex(index("format", int(ExportFormat::Pdf), m_format));
    m_range->setCurrentIndex(index("range", 0, m_range));
    m_pages->setCurrentIndex(index("pages", 0, m_pages));
    m_colours->setCurrentIndex(index("colours", 0, m_colours));
    m_scale->setValue(settings.value(key("scale"), 100).toDouble());
    m_legend->setChecked(settings.value(key("legend"), true).toBool());
    const auto folder =
        settings.value(key("folder"), QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)).toString();
    m_file->setText(QDir::toNativeSeparators(QDir(folder).filePath(QStringLiteral("graph"))));
}

void GraphExportDialog::browse() {
    const auto file = QFileDialog::getSaveFileName(this, tr("Export graph"), this->file(),
                                                   tr("PNG image (*.png);;SVG drawing (*.svg);;PDF document (*.pdf)"),
                                                   nullptr, QFileDialog::DontConfirmOverwrite);
    if (!file.isEmpty())
        m_file->setText(QDir::toNativeSeparators(file));
}

QString GraphExportDialog::file() const {
    return QDir::fromNativeSeparators(m_file->text().trimmed());
}

ExportOptions GraphExportDialog::options() const {
    ExportOptions options = m_shown;
    options.format = ExportFormat(m_format->currentIndex());
    options.scale = m_scale->value() / 100;
    options.pages = ExportPages(m_pages->currentIndex());
    options.legend = m_legend->isChecked();
    if (m_range->currentIndex() == 0)
        options.part.reset();
    if (m_colours->currentIndex() == 0) {
        options.style = GraphStyle::light();
        options.style.font = m_shown.style.font;
    }
    return options;
}

void GraphExportDialog::followFile() {
    if (const auto format = exportFormatOf(file()); format && int(*format) != m_format->currentIndex())
        m_format->setCurrentIndex(int(*format));
    refresh();
}

void GraphExportDialog::followFormat() {
    const auto format = ExportFormat(m_format->currentIndex());
    if (exportFormatOf(file()) != format) {
        QString name = m_file->text().trimmed();
        for (int i = 0; i < formatCount; ++i)
            if (const auto ending = u'.' + endingOf(ExportFormat(i)); name.endsWith(ending, Qt::CaseInsensitive))
                name.chop(ending.size());
        m_file->setText(name + u'.' + endingOf(format));
    }
    m_pages->setEnabled(format == ExportFormat::Pdf);
    m_pages->setToolTip(format == ExportFormat::Pdf ? tr("How the graph is laid on paper") : tr("Only PDF has pages"));
    refresh();
}

void GraphExportDialog::refresh() {
    const auto chosen = options();
    const auto plan = planExport(*m_picture, chosen);
    const QLocale locale;
    QString text;
    if (!plan) {
        text = QString::fromStdString(plan.error().message + ". " + plan.error().hint);
    } else if (chosen.format == ExportFormat::Png) {
        text = tr("%1 × %2 pixels, %3 dpi")
                   .arg(locale.toString(qRound(plan->size.width())), locale.toString(qRound(plan->size.height())),
                        locale.toString(qRound(96 * chosen.scale)));
    } else if (chosen.format == ExportFormat::Svg) {
        text = tr("%1 × %2 units")
                   .arg(locale.toString(qRound(plan->size.width())), locale.toString(qRound(plan->size.height())));
    } else {
        const double cm = 2.54 / 72;
        text = tr("%n page(s)", nullptr, int(plan->pages.size())) + QStringLiteral(", ") +
               tr("%1 × %2 cm, at %3 %")
                   .arg(locale.toString(plan->size.width() * cm, 'f', 1),
                        locale.toString(plan->size.height() * cm, 'f', 1), locale.toString(plan->scale * 100, 'f', 0));
    }
    m_size->setText(text);
    auto* write = m_buttons->findChild<QPushButton*>(QStringLiteral("exportWrite"));
    const bool named = !QFileInfo(file()).fileName().isEmpty();
    write->setEnabled(plan.ok() && named);
    write->setToolTip(!named ? tr("Name a file first") : plan.ok() ? tr("Write the file") : text);
}

void GraphExportDialog::accept() {
    if (QFileInfo::exists(file()) &&
        QMessageBox::question(this, tr("Export graph"), tr("Replace %1?").arg(QFileInfo(file()).fileName())) !=
            QMessageBox::Yes)
        return;
    QSettings settings;
    settings.setValue(key("format"), m_format->currentIndex());
    settings.setValue(key("range"), m_range->currentIndex());
    settings.setValue(key("pages"), m_pages->currentIndex());
    settings.setValue(key("colours"), m_colours->currentIndex());
    settings.setValue(key("scale"), m_scale->value());
    settings.setValue(key("legend"), m_legend->isChecked());
    settings.setValue(key("folder"), QFileInfo(file()).absolutePath());
    QDialog::accept();
}

} // namespace lapidary
