// SPDX-License-Identifier: GPL-3.0-or-later
// Every chart, in light and dark, drawn the way a user sees it. With LAPIDARY_SHOTS=<folder> the pictures are kept
// for looking at.
#include "chartsamples.h"

#include "ui/charts/histogramplot.h"
#include "ui/charts/latencyplot.h"
#include "ui/charts/layerbars.h"
#include "ui/charts/tradeoffplot.h"
#include "ui/theme/applytheme.h"
#include "ui/theme/themedicon.h"

#include <QDir>
#include <QFormLayout>
#include <QtTest>
#include <QtWidgets>

using namespace lapidary;

class TestChartGallery : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void drawsAll_data();
    void drawsAll();

private:
    static QWidget* make(const QString& what);
    static QWidget* makeTradeoff(const QString& what);
    static QWidget* makeControls();
};

QWidget* TestChartGallery::makeTradeoff(const QString& what) {
    auto* plot = new TradeoffPlot;
    plot->setAxes(samples::latencyAxis(), samples::accuracyAxis(), samples::sizeMetric());
    if (what == QLatin1String("tradeoff")) {
        plot->setPoints(samples::variants());
        plot->setSelectedIds({QStringLiteral("v3")});
    } else if (what == QLatin1String("limit")) {
        plot->setPoints(samples::variants());
        plot->setLimit(LimitAxis::X, 20.0);
    } else if (what == QLatin1String("one")) {
        plot->setPoints({samples::variants().constFirst()});
    }
    return plot;
}

QWidget* TestChartGallery::makeControls() {
    auto* window = new QWidget;
    auto* box = new QVBoxLayout(window);
    auto* icons = new QGridLayout;
    int n = 0;
    for (const QString& name : themedIconNames()) {
        auto* button = new QToolButton;
        button->setIcon(themedIcon(name));
        button->setIconSize({24, 24});
        button->setToolTip(name);
        button->setEnabled(n % 7 != 6);
        icons->addWidget(button, n / 12, n % 12);
        ++n;
    }
    box->addLayout(icons);
    auto* form = new QFormLayout;
    form->addRow(QStringLiteral("Ratio"), new QDoubleSpinBox);
    auto* combo = new QComboBox;
    combo->addItems({QStringLiteral("L1 norm"), QStringLiteral("L2 norm")});
    form->addRow(QStringLiteral("Importance"), combo);
    auto* slider = new QSlider(Qt::Horizontal);
    slider->setValue(40);
    form->addRow(QStringLiteral("Amount"), slider);
    auto* check = new QCheckBox(QStringLiteral("Keep the first layer"));
    check->setChecked(true);
    form->addRow(QString(), check);
    form->addRow(QString(), new QCheckBox(QStringLiteral("Round to multiples of 8")));
    auto* radio = new QRadioButton(QStringLiteral("Global"));
    radio->setChecked(true);
    form->addRow(QString(), radio);
    form->addRow(QStringLiteral("Name"), new QLineEdit(QStringLiteral("channels 25 %")));
    auto* progress = new QProgressBar;
    progress->setValue(60);
    progress->setTextVisible(false);
    form->addRow(QStringLiteral("Evaluating"), progress);
    box->addLayout(form);
    auto* row = new QHBoxLayout;
    auto* apply = new QPushButton(QStringLiteral("Apply"));
    apply->setDefault(true);
    row->addWidget(apply);
    row->addWidget(new QPushButton(QStringLiteral("Preview")));
    auto* off = new QPushButton(QStringLiteral("Profile"));
    off->setEnabled(false);
    row->addWidget(off);
    row->addStretch();
    box->addLayout(row);
    auto* tabs = new QTabWidget;
    auto* table = new QTableWidget(4, 3);
    table->setHorizontalHeaderLabels({QStringLiteral("Layer"), QStringLiteral("Type"), QStringLiteral("Time (ms)")});
    for (int i = 0; i < 12; ++i) {
        table->setItem(i / 3, i % 3, new QTableWidgetItem(QStringLiteral("cell %1").arg(i)));
    }
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setStretchLastSection(true);
    table->selectRow(1);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    tabs->addTab(table, QStringLiteral("Layers"));
    auto* tree = new QTreeWidget;
    tree->setHeaderLabels({QStringLiteral("Variant"), QStringLiteral("Top-1")});
    auto* root = new QTreeWidgetItem(tree, {QStringLiteral("source"), QStringLiteral("76.1")});
    auto* child = new QTreeWidgetItem(root, {QStringLiteral("simplified"), QStringLiteral("76.1")});
    new QTreeWidgetItem(child, {QStringLiteral("int8"), QStringLiteral("75.4")});
    tree->expandAll();
    tabs->addTab(tree, QStringLiteral("Variants"));
    box->addWidget(tabs, 1);
    return window;
}

QWidget* TestChartGallery::make(const QString& what) {
    if (what == QLatin1String("controls")) {
        return makeControls();
    }
    if (what == QLatin1String("layers")) {
        auto* bars = new LayerBars;
        bars->setMetric(QStringLiteral("Time"), QStringLiteral("ms"), 3);
        bars->setBars(samples::layers());
        bars->setSelectedIds({QStringLiteral("n4"), QStringLiteral("n6")});
        return bars;
    }
    if (what == QLatin1String("histogram")) {
        auto* plot = new HistogramPlot;
        plot->setQuantity(QStringLiteral("Weight"));
        plot->setBins(makeHistogram(samples::weights(), 96));
        plot->setChosenRange(ValueInterval{-0.11, 0.11});
        plot->setRangeEditable(true);
        return plot;
    }
    if (what == QLatin1String("latency")) {
        auto* plot = new LatencyPlot;
        plot->setSeries(
            {{QStringLiteral("source"), samples::times(200, 41.2, 1), {}, {}, ValueInterval{41.0, 41.5}},
             {QStringLiteral("int8"), samples::times(200, 37.0, 2), {}, {}, ValueInterval{36.9, 37.2}, true}});
        return plot;
    }
    return makeTradeoff(what);
}

void TestChartGallery::drawsAll_data() {
    QTest::addColumn<QString>("what");
    QTest::addColumn<bool>("dark");
    for (const char* what : {"tradeoff", "limit", "one", "empty", "layers", "histogram", "latency", "controls"}) {
        for (const bool dark : {false, true}) {
            QTest::addRow("%s-%s", what, dark ? "dark" : "light") << QString::fromLatin1(what) << dark;
        }
    }
}

void TestChartGallery::drawsAll() {
    QFETCH(QString, what);
    QFETCH(bool, dark);
    const Theme theme = Theme::forScheme(dark);
    applyTheme(*qApp, theme);
    std::unique_ptr<QWidget> widget(make(what));
    const bool small = what == QLatin1String("histogram") || what == QLatin1String("latency");
    widget->resize(what == QLatin1String("controls") ? QSize(460, 720) : small ? QSize(520, 280) : QSize(860, 540));
    widget->show();
    QVERIFY(QTest::qWaitForWindowExposed(widget.get()));
    QCoreApplication::processEvents();
    const QImage image = widget->grab().toImage();
    if (const QString folder = qEnvironmentVariable("LAPIDARY_SHOTS"); !folder.isEmpty()) {
        QDir().mkpath(folder);
        image.save(QStringLiteral("%1/%2.png").arg(folder, QString::fromLatin1(QTest::currentDataTag())));
    }
    // Mostly ground, and something that is not.
    int ground = 0;
    QSet<QRgb> colors;
    for (int y = 0; y < image.height(); y += 2) {
        for (int x = 0; x < image.width(); x += 2) {
            const QColor c = image.pixelColor(x, y);
            colors.insert(c.rgb());
            ground += (c.lightness() < 128) == dark ? 1 : 0;
        }
    }
    QVERIFY(ground > (image.width() / 2) * (image.height() / 2) * 6 / 10);
    QVERIFY(colors.size() > 8);
}

QTEST_MAIN(TestChartGallery)
#include "tst_chartgallery.moc"
