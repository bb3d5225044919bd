// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/bundledialog.h"

#include "engine/bundlearchive.h"
#include "ui/models/workspace.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
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
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStandardPaths>

namespace lapidary {

namespace {

constexpr QLatin1String archiveSuffix(".zip");

QString key(const char* name) {
    return QStringLiteral("bundle/") + QLatin1String(name);
}

QString percentText(const Proportion& share) {
    return BundleDialog::tr("%1 % (95 %: %2 to %3, %n sample(s))", nullptr, int(share.samples))
        .arg(QLocale().toString(share.percent, 'f', 2), QLocale().toString(share.low, 'f', 2),
             QLocale().toString(share.high, 'f', 2));
}

/// What the bundle will hold, as lines of an HTML table.
QString contentsText(const Workspace& workspace, const VariantSummary& variant) {
    QString rows;
    const auto row = [&](const QString& title, const QString& text, bool missing = false) {
        const auto shown = missing ? QStringLiteral("<i>%1</i>").arg(text.toHtmlEscaped()) : text.toHtmlEscaped();
        rows += QStringLiteral("<tr><td style=\"padding-right:12px\">%1</td><td>%2</td></tr>")
                    .arg(title.toHtmlEscaped(), shown);
    };
    const auto& record = variant.record;
    const bool data = workspace.hasDataset("evaluation") || workspace.hasDataset("calibration");
    row(BundleDialog::tr("Model"),
        BundleDialog::tr("%1, %2").arg(QString::fromStdString(record.name),
                                       QLocale().formattedDataSize(qint64(record.fileBytes))));
    row(BundleDialog::tr("Preprocessing"),
        data ? BundleDialog::tr("of the project's data, with class names")
             : BundleDialog::tr("unknown: the project has no data (File menu)"),
        !data);
    row(BundleDialog::tr("Golden samples"),
        data ? BundleDialog::tr("taken from the project's data") : BundleDialog::tr("made-up inputs"), !data);
    row(BundleDialog::tr("Accuracy"),
        variant.top1        ? percentText(*variant.top1)
        : variant.agreement ? BundleDialog::tr("agreement %1").arg(percentText(*variant.agreement))
                            : BundleDialog::tr("not measured (F6 measures it)"),
        !variant.top1 && !variant.agreement);
    row(BundleDialog::tr("Latency"),
        variant.latency
            ? BundleDialog::tr("%1 ms on %2")
                  .arg(QLocale().toString(variant.latency->median, 'f', 3), QString::fromStdString(variant.device))
            : BundleDialog::tr("not measured (F5 measures it)"),
        !variant.latency);
    row(BundleDialog::tr("Recipe"), record.parent > 0
                                        ? BundleDialog::tr("every step from the source, with versions and seeds")
                                        : BundleDialog::tr("none: this is the source model"));
    row(BundleDialog::tr("Besides"),
        BundleDialog::tr("description for programs, licence notes, instructions, checksums"));
    return QStringLiteral("<table>%1</table>").arg(rows);
}

} // namespace

BundleDialog::BundleDialog(const Workspace& workspace, VariantId variant, QWidget* parent) : QDialog(parent) {
    setObjectName(QStringLiteral("bundleDialog"));
    setWindowTitle(tr("Export bundle"));
    const auto* summary = workspace.variant(variant);
    build(summary ? contentsText(workspace, *summary) : QString());
    restore(summary ? QString::fromStdString(summary->record.name) : QString());
    connect(m_folder, &QLineEdit::textChanged, this, &BundleDialog::refresh);
    connect(m_format, &QComboBox::currentIndexChanged, this, &BundleDialog::fitName);
    refresh();
}

void BundleDialog::build(const QString& contents) {
    m_form = new QFormLayout(this);
    auto* intro = new QLabel(tr("Everything someone else needs to run this variant and to check that it "
                                "does what was measured, as a folder or as one file."),
                             this);
    intro->setWordWrap(true);
    m_form->addRow(intro);
    m_format = new QComboBox(this);
    m_format->setObjectName(QStringLiteral("bundleFormat"));
    m_format->addItem(tr("Folder"));
    m_format->addItem(tr("One .zip file"));
    m_format->setToolTip(tr("A folder to look into, or one file to send; both hold the same and are checked alike"));
    m_form->addRow(tr("For&mat"), m_format);
    auto* row = new QHBoxLayout;
    m_folder = new QLineEdit(this);
    m_folder->setObjectName(QStringLiteral("bundleFolder"));
    m_folder->setMinimumWidth(360);
    m_folder->setToolTip(tr("Where to write; a folder must not exist yet, be empty, or hold an older bundle"));
    auto* browseButton = new QPushButton(tr("Choose…"), this);
    browseButton->setObjectName(QStringLiteral("bundleBrowse"));
    browseButton->setToolTip(tr("Choose where to put the bundle, and its name"));
    connect(browseButton, &QPushButton::clicked, this, &BundleDialog::browse);
    row->addWidget(m_folder, 1);
    row->addWidget(browseButton);
    m_form->addRow(tr("Write t&o"), row);
    if (auto* label = qobject_cast<QLabel*>(m_form->labelForField(row)))
        label->setBuddy(m_folder);
    m_goldens = new QSpinBox(this);
    m_goldens->setObjectName(QStringLiteral("bundleGoldens"));
    m_goldens->setRange(1, 100);
    m_goldens->setToolTip(tr("How many samples go along with their outputs, spread over the data"));
    m_form->addRow(tr("&Golden samples"), m_goldens);
    m_samples = new QCheckBox(tr("&Programs in C++ and Python that run it"), this);
    m_samples->setObjectName(QStringLiteral("bundleSamples"));
    m_samples->setToolTip(tr("Small programs with the same preprocessing, free to use, that test themselves"));
    m_verify = new QCheckBox(tr("&Verify it afterwards"), this);
    m_verify->setObjectName(QStringLiteral("bundleVerify"));
    m_verify->setToolTip(tr("Check the files and run the golden samples, as the receiver will"));
    m_form->addRow(m_samples);
    m_form->addRow(m_verify);
    auto* inside = new QLabel(contents, this);
    inside->setObjectName(QStringLiteral("bundleContents"));
    inside->setTextFormat(Qt::RichText);
    m_form->addRow(inside);
    m_problem = new QLabel(this);
    m_problem->setObjectName(QStringLiteral("bundleProblem"));
    m_problem->setWordWrap(true);
    m_problem->setMinimumHeight(2 * fontMetrics().height());
    m_form->addRow(m_problem);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_write = buttons->addButton(tr("&Export"), QDialogButtonBox::AcceptRole);
    m_write->setObjectName(QStringLiteral("bundleWrite"));
    connect(buttons, &QDialogButtonBox::accepted, this, &BundleDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &BundleDialog::reject);
    m_form->addRow(buttons);
}

void BundleDialog::restore(const QString& name) {
    const QSettings settings;
    m_goldens->setValue(settings.value(key("goldens"), 4).toInt());
    m_samples->setChecked(settings.value(key("samples"), true).toBool());
    m_verify->setChecked(settings.value(key("verify"), true).toBool());
    auto file = name.simplified();
    for (auto& letter : file)
        if (!letter.isLetterOrNumber() && letter != u'-' && letter != u'_')
            letter = u'-';
    const auto place =
        settings.value(key("folder"), QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)).toString();
    m_folder->setText(QDir::toNativeSeparators(
        QDir(place).filePath((file.isEmpty() ? QStringLiteral("model") : file.left(60)) + QStringLiteral("-bundle"))));
    m_format->setCurrentIndex(settings.value(key("archive"), false).toBool() ? 1 : 0);
    fitName();
}

bool BundleDialog::isArchive() const {
    return isArchiveName(folder().toStdString());
}

void BundleDialog::fitName() {
    const bool wanted = m_format->currentIndex() == 1;
    auto name = folder();
    if (name.isEmpty() || wanted == isArchive())
        return;
    if (wanted)
        name += archiveSuffix;
    else
        name.chop(archiveSuffix.size());
    m_folder->setText(QDir::toNativeSeparators(name));
}

void BundleDialog::browse() {
    const bool archive = m_format->currentIndex() == 1;
    auto chosen = QFileDialog::getSaveFileName(this, tr("Export bundle"), folder(),
                                               archive ? tr("Zip archives (*.zip)") : QString(), nullptr,
                                               QFileDialog::DontConfirmOverwrite | QFileDialog::ShowDirsOnly);
    if (chosen.isEmpty())
        return;
    if (archive && !isArchiveName(chosen.toStdString()))
        chosen += archiveSuffix;
    m_folder->setText(QDir::toNativeSeparators(chosen));
}

QString BundleDialog::folder() const {
    return QDir::fromNativeSeparators(m_folder->text().trimmed());
}

BundleOptions BundleDialog::options() const {
    BundleOptions options;
    options.goldens = std::size_t(m_goldens->value());
    options.samples = m_samples->isChecked();
    options.replace = m_replace;
    return options;
}

bool BundleDialog::verifies() const {
    return m_verify->isChecked();
}

bool BundleDialog::isBundle() const {
    if (isArchive())
        return QFileInfo(folder()).isFile(); // what is inside is looked at when it is written
    return QFileInfo(QDir(folder()), QString::fromLatin1(BundleDescription::fileName)).isFile();
}

void BundleDialog::refresh() {
    const QFileInfo info(folder());
    const bool there = info.exists() || info.isSymLink();
    const bool bundle = isBundle();
    const QSignalBlocker quiet(m_format);
    m_format->setCurrentIndex(isArchive() ? 1 : 0);
    QString problem;
    if (folder().isEmpty())
        problem = tr("Say first where to write.");
    else if (!info.isAbsolute())
        problem = tr("Name the place with its whole path.");
    else if (there && !bundle && !(!isArchive() && info.isDir() && QDir(folder()).isEmpty()))
        problem = tr("There is something else of that name already. Choose another name.");
    m_write->setEnabled(problem.isEmpty());
    m_write->setToolTip(problem.isEmpty() ? tr("Write the bundle") : problem);
    m_problem->setText(!problem.isEmpty() || !bundle ? problem
                       : isArchive()
                           ? tr("A file of that name is there; if it is an older bundle, it will be replaced.")
                           : tr("An older bundle is there; it will be replaced."));
}

void BundleDialog::accept() {
    if (!m_write->isEnabled())
        return;
    const QFileInfo info(folder());
    if (isBundle()) {
        if (QMessageBox::question(this, tr("Export bundle"), tr("Replace the bundle %1?").arg(info.fileName())) !=
            QMessageBox::Yes)
            return;
        m_replace = true;
    }
    QSettings settings;
    settings.setValue(key("goldens"), m_goldens->value());
    settings.setValue(key("samples"), m_samples->isChecked());
    settings.setValue(key("verify"), m_verify->isChecked());
    settings.setValue(key("archive"), isArchive());
    settings.setValue(key("folder"), info.absolutePath());
    QDialog::accept();
}

} // namespace lapidary
