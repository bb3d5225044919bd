// SPDX-License-Identifier: GPL-3.0-or-later
// Bars in the cells of tables, counted pixel by pixel.
#include "tests/support/testsupport.h"
#include "ui/models/barshare.h"
#include "ui/panels/sharebardelegate.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QStandardItemModel>
#include <QTest>

#include <cmath>
#include <limits>

using namespace lapidary;
using namespace lapidary::test;

class TestShareBars : public TestCase {
    Q_OBJECT
private Q_SLOTS:
    void sharesAreShares();
    void barsAreProportional_data();
    void barsAreProportional();
    void limitsAreTicks();
    void theNumberStaysReadable_data();
    void theNumberStaysReadable();

private:
    static constexpr QSize cell{212, 24};
    static QImage paint(const QVariant& share, const QVariant& mark, const QString& text, bool dark);
    static int count(const QImage& image, const QColor& color, int row);
    static int middle() { return int(ShareBarDelegate::ground(QRect(QPoint(), cell)).center().y()); }
};

QImage TestShareBars::paint(const QVariant& share, const QVariant& mark, const QString& text, bool dark) {
    QStandardItemModel model(1, 1);
    model.setData(model.index(0, 0), text);
    model.setData(model.index(0, 0), share, BarShareRole);
    model.setData(model.index(0, 0), mark, BarMarkRole);
    QImage image(cell, QImage::Format_ARGB32_Premultiplied);
    const Theme theme = Theme::forScheme(dark);
    image.fill(theme.base);
    QStyleOptionViewItem option;
    option.palette = theme.palette();
    option.rect = image.rect();
    option.state = QStyle::State_Enabled;
    option.displayAlignment = Qt::AlignRight | Qt::AlignVCenter;
    QPainter painter(&image);
    ShareBarDelegate().paint(&painter, option, model.index(0, 0));
    return image;
}

int TestShareBars::count(const QImage& image, const QColor& color, int row) {
    int found = 0;
    for (int x = 0; x < image.width(); ++x)
        found += image.pixelColor(x, row).rgb() == color.rgb() ? 1 : 0;
    return found;
}

void TestShareBars::sharesAreShares() {
    QCOMPARE(barShare(1, 4).toDouble(), 0.25);
    QCOMPARE(barShare(9, 4).toDouble(), 1.0);
    QCOMPARE(barShare(-1, 4).toDouble(), 0.0);
    QVERIFY(!barShare(1, 0).isValid());
    QVERIFY(!barShare(std::numeric_limits<double>::quiet_NaN(), 1).isValid());
    QVERIFY(!barShare(1, std::numeric_limits<double>::infinity()).isValid());
    QVERIFY(barShareText(barShare(1, 4)).startsWith(QStringLiteral("25")));
    QVERIFY(barShareText({}).isEmpty());
}

void TestShareBars::barsAreProportional_data() {
    QTest::addColumn<double>("share");
    QTest::addColumn<bool>("dark");
    for (const double share : {0.1, 0.25, 0.5, 0.8, 1.0})
        for (const bool dark : {false, true})
            QTest::addRow("%g %s", share, dark ? "dark" : "light") << share << dark;
}

void TestShareBars::barsAreProportional() {
    QFETCH(double, share);
    QFETCH(bool, dark);
    const auto image = paint(share, {}, {}, dark);
    const auto whole = ShareBarDelegate::ground(image.rect()).width();
    const int filled = count(image, Theme::forScheme(dark).measurement, middle());
    QVERIFY2(std::abs(filled - share * whole) <= 3, qPrintable(QString::number(filled))); // round ends
}

void TestShareBars::limitsAreTicks() {
    const Theme theme = Theme::day();
    const auto ground = ShareBarDelegate::ground(QRect(QPoint(), cell));
    const auto image = paint(0.2, 0.75, {}, false);
    QCOMPARE(count(paint(0.2, {}, {}, false), theme.text, int(ground.top()) - 2), 0);
    const int above = int(ground.top()) - 2; // the tick is higher than the bar
    QVERIFY(count(image, theme.text, above) >= 1);
    double sum = 0;
    for (int x = 0; x < image.width(); ++x)
        sum += image.pixelColor(x, above).rgb() == theme.text.rgb() ? x : 0;
    const double at = sum / count(image, theme.text, above);
    QVERIFY2(std::abs(at - (ground.left() + 0.75 * ground.width())) <= 3, qPrintable(QString::number(at)));
}

void TestShareBars::theNumberStaysReadable_data() {
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

/// The text is the same with a long and with a short bar: no pixel above the bar differs.
void TestShareBars::theNumberStaysReadable() {
    QFETCH(bool, dark);
    const auto text = QStringLiteral("12.3 dB, gjpqy");
    const auto little = paint(0.02, {}, text, dark), much = paint(1.0, {}, text, dark);
    const QRect above(0, 0, cell.width(), int(ShareBarDelegate::ground(QRect(QPoint(), cell)).top()));
    QCOMPARE(little.copy(above), much.copy(above));
    QVERIFY(little != much);
    // Nothing of the text, not even the tail of a g, reaches down to the bar.
    const auto below = QRect(0, above.height(), cell.width(), cell.height() - above.height());
    QCOMPARE(paint({}, {}, text, dark).copy(below), paint({}, {}, {}, dark).copy(below));
    QVERIFY(little.copy(above) != paint(0.02, {}, {}, dark).copy(above)); // there is a text
    // Without a share nothing but the text is drawn.
    const auto plain = paint({}, {}, text, dark);
    QCOMPARE(count(plain, Theme::forScheme(dark).measurement, middle()), 0);
}

QTEST_MAIN(TestShareBars)
#include "tst_sharebars.moc"
