// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/nodenumberseditor.h"
#include "ui/forms/numberspin.h"
#include "ui/forms/paramform.h"
#include "ui/forms/sliderscale.h"
#include "ui/theme/applytheme.h"

#include <QSignalSpy>
#include <QtTest>
#include <QtWidgets>

#include <random>

using namespace lapidary;

namespace {

ParamSpec spec(const char* key, ParamType type, Json defaultValue) {
    ParamSpec s;
    s.key = key;
    s.type = type;
    s.label = std::string("Label of ") + key;
    s.help = std::string("What ") + key + " does.";
    s.defaultValue = std::move(defaultValue);
    return s;
}

ParamSpec limited(ParamSpec s, double minimum, double maximum) {
    s.minimum = minimum;
    s.maximum = maximum;
    return s;
}

ParamSchema makeEveryType() {
    ParamSpec ratio = limited(spec("ratio", ParamType::Number, 0.5), 0, 0.9);
    ratio.label = "Pruned share";
    ParamSpec rate = limited(spec("rate", ParamType::Number, 1e-3), 1e-6, 1.0);
    rate.logarithmic = true;
    ParamSpec free = spec("free", ParamType::Number, 2); // an integer where the canonical form is a double
    free.unit = "σ";
    ParamSpec multiple = limited(spec("multiple", ParamType::Integer, 8), 1, 64);
    ParamSpec seed = spec("seed", ParamType::Integer, 0);
    seed.minimum = 0;
    ParamSpec scope = spec("scope", ParamType::Choice, "uniform");
    scope.options = {{"uniform", "Uniform", "The same share everywhere."}, {"global", "Global", "One ranking."}};
    ParamSpec importance = spec("importance", ParamType::Choice, "l2");
    importance.options = {{"l1", "L1 norm", ""},
                          {"l2", "L2 norm", ""},
                          {"bn_scale", "Batch norm scale", ""},
                          {"random", "Random", "For comparison only."}};
    ParamSpec keep = limited(spec("keep", ParamType::Number, 0.1), 0, 1);
    keep.dependsOn = "scope";
    keep.dependsValues = {"global"};
    ParamSpec deeper = spec("deeper", ParamType::Bool, false);
    deeper.dependsOn = "keep";
    deeper.dependsValues = {1}; // canonical is 1.0
    ParamSpec hidden = limited(spec("hidden", ParamType::Integer, 3), 0, 9);
    hidden.advanced = true;
    return ParamSchema({ratio, rate, free, multiple, seed, scope, importance, keep, deeper,
                        spec("first_layer", ParamType::Bool, true), spec("note", ParamType::String, "hello"),
                        limited(spec("steps", ParamType::NumberList, Json::Array{0.25, 0.5}), 0, 1),
                        limited(spec("layers", ParamType::NodeNumbers, Json::Object{}), 0, 0.9),
                        spec("script", ParamType::File, ""), spec("data", ParamType::Dataset, ""), hidden});
}

const ParamSchema& everyType() {
    static const ParamSchema schema = makeEveryType();
    return schema;
}

Json randomValue(const ParamSpec& s, std::mt19937& random) {
    const auto unit = [&random] { return double(random()) / 4294967296.0; };
    const auto number = [&] {
        const double lower = s.minimum.value_or(-1000);
        const double upper = s.maximum.value_or(1000);
        return s.logarithmic ? lower * std::pow(upper / lower, unit()) : lower + unit() * (upper - lower);
    };
    switch (s.type) {
    case ParamType::Bool:
        return Json(random() % 2 == 0);
    case ParamType::Integer:
        return Json(std::int64_t(std::floor(number())));
    case ParamType::Number:
        return Json(number());
    case ParamType::Choice:
        return Json(s.options[random() % s.options.size()].key);
    case ParamType::NumberList: {
        Json::Array list;
        for (unsigned i = 0; i < random() % 6; ++i) {
            list.emplace_back(number());
        }
        return Json(std::move(list));
    }
    case ParamType::NodeNumbers: {
        Json::Object object;
        for (unsigned i = 0; i < random() % 5; ++i) {
            object["/layer/" + std::to_string(random() % 100)] = Json(number());
        }
        return Json(std::move(object));
    }
    case ParamType::String:
    case ParamType::File:
    case ParamType::Dataset:
        break;
    }
    return Json("text " + std::to_string(random() % 1000) + " ä");
}

} // namespace

class TestParamForm : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_form.reset(); }

    void buildsEveryType();
    void defaultsAndRandomValuesComeBack();
    void refusesWhatTheSchemaRefuses();
    void outOfRangeIsRefusedInWords_data();
    void outOfRangeIsRefusedInWords();
    void tableCellsAreChecked();
    void dotAndReset();
    void editsAreGathered();
    void settersKeepStill();
    void dependentRowsComeAndGo();
    void advancedIsFolded();
    void tableTakesTheSelection();
    void datasetsAreOffered();
    void choicesByMouse();
    void sliderAndSpinAgree();
    void wheelPassesBy();
    void problemsFromOutside();
    void languageChangeKeepsValues();
    void emptySchema();
    void pictures();

private:
    template <typename T>
    T* part(const char* name) const {
        return m_form->findChild<T*>(QString::fromLatin1(name));
    }
    void type(const char* key, const QString& text) const {
        auto* widget = part<QWidget>(key);
        QLineEdit* line = qobject_cast<QLineEdit*>(widget);
        if (!line) {
            line = widget->findChild<QLineEdit*>();
        }
        QVERIFY(line);
        line->setFocus();
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Delete);
        QTest::keyClicks(line, text);
    }

    std::unique_ptr<ParamForm> m_form;
};

void TestParamForm::init() {
    m_form = std::make_unique<ParamForm>();
    QVERIFY(everyType().check().ok());
    m_form->setSchema(everyType());
    m_form->resize(360, 900);
    m_form->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_form.get()));
}

void TestParamForm::buildsEveryType() {
    for (const ParamSpec& s : everyType().specs()) {
        QVERIFY2(part<QWidget>(s.key.c_str()), s.key.c_str());
    }
    QVERIFY(part<NumberSpin>("ratio") && part<QSlider>("ratio_slider"));
    QVERIFY(part<NumberSpin>("multiple") && part<QSlider>("multiple_slider"));
    QVERIFY(part<NumberSpin>("free") && !part<QSlider>("free_slider")); // no limits, no slider
    QVERIFY(part<QRadioButton>("scope_global"));
    QCOMPARE(part<QComboBox>("importance")->count(), 4);
    QVERIFY(part<QCheckBox>("first_layer"));
    QVERIFY(part<QLineEdit>("note") && part<QLineEdit>("steps") && part<QLineEdit>("script"));
    QVERIFY(part<QTableWidget>("layers"));
    QVERIFY(part<QToolButton>("script_browse") && part<QToolButton>("data_browse"));
    QStringList texts;
    for (const QLabel* label : m_form->findChildren<QLabel*>()) {
        texts << label->text();
    }
    QVERIFY(texts.contains(QStringLiteral("Pruned share")));
    QVERIFY(texts.contains(QStringLiteral("Label of free (σ)")));
    const QWidget* row = part<QWidget>("ratio")->parentWidget();
    QVERIFY(row->toolTip().contains(QStringLiteral("What ratio does.")));
    QVERIFY(row->toolTip().contains(QStringLiteral("0 to 0.9")));
    QVERIFY(row->toolTip().contains(QStringLiteral("Default: 0.5")));
}

void TestParamForm::defaultsAndRandomValuesComeBack() {
    QCOMPARE(m_form->params(), everyType().complete({}).value());
    QVERIFY(m_form->isValid());
    std::mt19937 random(19);
    for (int round = 0; round < 60; ++round) {
        ParamSet wanted;
        for (const ParamSpec& s : everyType().specs()) {
            wanted[s.key] = randomValue(s, random);
        }
        wanted = everyType().complete(wanted).value();
        QVERIFY(m_form->setParams(wanted).ok());
        QCOMPARE(m_form->params(), wanted);
        QVERIFY(m_form->isValid());
        // And through the file.
        const Json written = Json::parse(toJson(m_form->params()).dump()).value();
        QVERIFY(m_form->setParams(paramSetFromJson(written).value()).ok());
        QCOMPARE(m_form->params(), wanted);
    }
    QVERIFY(m_form->setParams({}).ok());
    QCOMPARE(m_form->params(), everyType().complete({}).value());
}

void TestParamForm::refusesWhatTheSchemaRefuses() {
    const ParamSet before = m_form->params();
    for (const ParamSet& bad : {ParamSet{{"ratio", 1.5}}, ParamSet{{"nonsense", 1}}, ParamSet{{"scope", "sideways"}},
                                ParamSet{{"multiple", "eight"}}, ParamSet{{"layers", Json::Object{{"a", 7.0}}}}}) {
        const Status status = m_form->setParams(bad);
        QVERIFY(!status.ok());
        QVERIFY(!status.error().message.empty());
        QCOMPARE(m_form->params(), before);
    }
}

void TestParamForm::outOfRangeIsRefusedInWords_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("word");
    QTest::newRow("above") << QStringLiteral("ratio") << QStringLiteral("1.5") << QStringLiteral("0 to 0.9");
    QTest::newRow("below") << QStringLiteral("multiple") << QStringLiteral("0") << QStringLiteral("1 to 64");
    QTest::newRow("one limit") << QStringLiteral("seed") << QStringLiteral("-3") << QStringLiteral("at least 0");
    QTest::newRow("no whole number") << QStringLiteral("multiple") << QStringLiteral("2.5") << QStringLiteral("whole");
    QTest::newRow("no number") << QStringLiteral("free") << QStringLiteral("much") << QStringLiteral("number");
    QTest::newRow("nothing") << QStringLiteral("free") << QString() << QStringLiteral("missing");
    QTest::newRow("list, a word") << QStringLiteral("steps") << QStringLiteral("0.1 x") << QStringLiteral("Numbers");
    QTest::newRow("list, too large") << QStringLiteral("steps") << QStringLiteral("0.1, 3") << QStringLiteral("0 to 1");
}

void TestParamForm::outOfRangeIsRefusedInWords() {
    QFETCH(QString, key);
    QFETCH(QString, text);
    QFETCH(QString, word);
    const ParamSet before = m_form->params();
    QSignalSpy edited(m_form.get(), &ParamForm::edited);
    QSignalSpy validity(m_form.get(), &ParamForm::validityChanged);
    type(qPrintable(key), text);
    QVERIFY(!m_form->isValid());
    QCOMPARE(m_form->refusedKeys(), QStringList{key});
    QVERIFY2(m_form->refusalOf(key).contains(word), qPrintable(m_form->refusalOf(key)));
    auto* message = part<QLabel>(qPrintable(key + QStringLiteral("_message")));
    QVERIFY(message->isVisible());
    QCOMPARE(message->text(), m_form->refusalOf(key));
    QTest::qWait(120);
    for (const QList<QVariant>& said : edited) { // on the way there the text may have been allowed
        QVERIFY(everyType().complete(said.first().value<ParamSet>()).ok());
    }
    QVERIFY(validity.count() >= 1 && !validity.last().first().toBool());
    part<QToolButton>(qPrintable(key + QStringLiteral("_reset")))->click();
    QVERIFY(m_form->isValid());
    QVERIFY(!message->isVisible());
    QVERIFY(validity.last().first().toBool());
    QCOMPARE(m_form->params(), before);
}

void TestParamForm::tableCellsAreChecked() {
    QVERIFY(m_form->setParams({{"layers", Json::Object{{"conv1", 0.25}, {"conv2", 1.0 / 3}}}}).ok());
    auto* table = part<QTableWidget>("layers");
    table->item(0, 1)->setText(QStringLiteral("5"));
    QVERIFY(!m_form->isValid());
    QVERIFY(m_form->refusalOf(QStringLiteral("layers")).contains(QStringLiteral("conv1")));
    table->item(0, 1)->setText(QStringLiteral("0.75"));
    QVERIFY(m_form->isValid());
    QCOMPARE(m_form->params().at("layers"), Json(Json::Object{{"conv1", 0.75}, {"conv2", 1.0 / 3}}));
}

void TestParamForm::dotAndReset() {
    auto* dot = part<QLabel>("free_differs");
    auto* reset = part<QToolButton>("free_reset");
    QVERIFY(!dot->isVisible() && !reset->isVisible()); // 2 and 2.0 are the same
    type("free", QStringLiteral("3"));
    QVERIFY(dot->isVisible() && reset->isVisible());
    QVERIFY(reset->toolTip().contains(QStringLiteral("2")));
    QTest::mouseClick(reset, Qt::LeftButton);
    QVERIFY(!dot->isVisible());
    QCOMPARE(m_form->params().at("free"), Json(2.0));
    type("free", QStringLiteral("3"));
    part<QCheckBox>("first_layer")->click();
    QSignalSpy edited(m_form.get(), &ParamForm::edited);
    m_form->resetAll();
    QCOMPARE(m_form->params(), everyType().complete({}).value());
    QTRY_COMPARE(edited.count(), 1);
}

void TestParamForm::editsAreGathered() {
    QSignalSpy edited(m_form.get(), &ParamForm::edited);
    auto* slider = part<QSlider>("ratio_slider");
    for (int notch = 0; notch <= slider->maximum(); notch += 3) {
        slider->setValue(notch);
    }
    QCOMPARE(edited.count(), 0); // not before the hand rests
    QTRY_COMPARE(edited.count(), 1);
    QCOMPARE(edited.first().first().value<ParamSet>(), m_form->params());
}

void TestParamForm::settersKeepStill() {
    QSignalSpy edited(m_form.get(), &ParamForm::edited);
    QVERIFY(
        m_form->setParams({{"ratio", 0.3}, {"scope", "global"}, {"first_layer", false}, {"importance", "l1"}}).ok());
    m_form->setNodeNames({QStringLiteral("conv1")});
    m_form->setDatasets({{QStringLiteral("d1"), QStringLiteral("Clothes")}});
    m_form->setSelectedNodes({QStringLiteral("conv1")});
    QTest::qWait(120);
    QCOMPARE(edited.count(), 0);
}

void TestParamForm::dependentRowsComeAndGo() {
    auto* keep = part<NumberSpin>("keep");
    QVERIFY(!keep->isVisible());
    QTest::mouseClick(part<QRadioButton>("scope_global"), Qt::LeftButton, {}, QPoint(8, 8));
    QVERIFY(keep->isVisible());
    QVERIFY(!part<QCheckBox>("deeper")->isVisible());
    type("keep", QStringLiteral("1"));
    QVERIFY(part<QCheckBox>("deeper")->isVisible());
    type("keep", QStringLiteral("7"));
    QVERIFY(!m_form->isValid());
    QTest::mouseClick(part<QRadioButton>("scope_uniform"), Qt::LeftButton, {}, QPoint(8, 8));
    QVERIFY(!keep->isVisible());
    QVERIFY(!part<QCheckBox>("deeper")->isVisible()); // nor what depends on a hidden one
    QVERIFY(m_form->isValid());                       // what is not used cannot be wrong
    QVERIFY(everyType().complete(m_form->params()).ok());
}

void TestParamForm::advancedIsFolded() {
    auto* fold = part<QToolButton>("advancedFold");
    auto* hidden = part<NumberSpin>("hidden");
    QVERIFY(fold->isVisible() && !hidden->isVisible());
    fold->click();
    QVERIFY(hidden->isVisible());
    fold->click();
    QVERIFY(!hidden->isVisible());
    QVERIFY(m_form->setParams({{"hidden", 5}}).ok());
    QVERIFY(hidden->isVisible()); // what differs is never out of sight
    QVERIFY(!fold->isEnabled() && !fold->toolTip().isEmpty());
}

void TestParamForm::tableTakesTheSelection() {
    auto* add = part<QToolButton>("layers_add");
    QVERIFY(!add->isEnabled() && !add->toolTip().isEmpty());
    m_form->setNodeNames({QStringLiteral("conv1"), QStringLiteral("conv2"), QStringLiteral("conv3")});
    m_form->setSelectedNodes({QStringLiteral("conv1"), QStringLiteral("conv3")});
    QSignalSpy edited(m_form.get(), &ParamForm::edited);
    add->click();
    add->click(); // rows that are there already stay alone
    QCOMPARE(m_form->params().at("layers"), Json(Json::Object{{"conv1", 0.45}, {"conv3", 0.45}}));
    QTRY_COMPARE(edited.count(), 1);
    auto* table = part<QTableWidget>("layers");
    table->selectRow(0);
    part<QToolButton>("layers_remove")->click();
    QCOMPARE(m_form->params().at("layers"), Json(Json::Object{{"conv3", 0.45}}));
    m_form->setNodeNames({QStringLiteral("other")});
    QVERIFY(m_form->setParams({{"layers", Json::Object{{"gone", 0.5}}}}).ok());
    QVERIFY(part<QLabel>("layers_message")->text().contains(QStringLiteral("gone"))); // said, but not refused
    QVERIFY(m_form->isValid());
}

void TestParamForm::datasetsAreOffered() {
    QVERIFY(m_form->setParams({{"data", "id-2"}}).ok());
    m_form->setDatasets({{QStringLiteral("id-1"), QStringLiteral("Clothes")},
                         {QStringLiteral("id-2"), QStringLiteral("Traffic signs")}});
    auto* combo = part<QComboBox>("data");
    QCOMPARE(combo->currentText(), QStringLiteral("Traffic signs"));
    QCOMPARE(m_form->params().at("data"), Json("id-2"));
    combo->setCurrentIndex(0);
    QCOMPARE(m_form->params().at("data"), Json("id-1"));
    combo->setEditText(QStringLiteral("/no/such/data.json"));
    QCOMPARE(m_form->params().at("data"), Json("/no/such/data.json"));
    QVERIFY(part<QLabel>("data_message")->isVisible());
}

void TestParamForm::choicesByMouse() {
    auto* combo = part<QComboBox>("importance");
    combo->setCurrentIndex(combo->findText(QStringLiteral("Batch norm scale")));
    QCOMPARE(m_form->params().at("importance"), Json("bn_scale"));
    QCOMPARE(combo->itemData(3, Qt::ToolTipRole).toString(), QStringLiteral("For comparison only."));
    QTest::mouseClick(part<QCheckBox>("first_layer"), Qt::LeftButton, {}, QPoint(8, 8));
    QCOMPARE(m_form->params().at("first_layer"), Json(false));
    type("note", QStringLiteral("x y"));
    QCOMPARE(m_form->params().at("note"), Json("x y"));
    type("steps", QStringLiteral("0.125; 0.5,1"));
    QCOMPARE(m_form->params().at("steps"), Json(Json::Array{0.125, 0.5, 1.0}));
}

void TestParamForm::sliderAndSpinAgree() {
    auto* spin = part<NumberSpin>("ratio");
    auto* slider = part<QSlider>("ratio_slider");
    type("ratio", QStringLiteral("0.123456"));
    QCOMPARE(m_form->params().at("ratio"), Json(0.123456)); // the slider's notches do not round what is typed
    QVERIFY(std::abs(slider->value() / double(slider->maximum()) - 0.123456 / 0.9) < 0.02);
    slider->setValue(slider->maximum());
    QCOMPARE(spin->value(), Json(0.9));
    slider->setValue(0);
    QCOMPARE(spin->value(), Json(0.0));
    type("ratio", QStringLiteral("0.3"));
    QTest::keyClick(spin, Qt::Key_Up);
    QCOMPARE(m_form->params().at("ratio"), Json(0.31));
    auto* log = part<QSlider>("rate_slider");
    log->setValue(log->maximum() / 2);
    QCOMPARE(m_form->params().at("rate"), Json(1e-3)); // the middle of 1e-6 … 1 on a logarithmic scale
    auto* whole = part<QSlider>("multiple_slider");
    QCOMPARE(whole->maximum(), 63);
    for (int notch = 0; notch <= 63; ++notch) {
        whole->setValue(notch);
        QCOMPARE(m_form->params().at("multiple"), Json(notch + 1));
    }
}

void TestParamForm::wheelPassesBy() {
    auto* combo = part<QComboBox>("importance");
    part<QLineEdit>("note")->setFocus();
    const QPointF centre = combo->rect().center();
    QWheelEvent wheel(centre, combo->mapToGlobal(centre), {}, {0, -120}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(combo, &wheel);
    QCOMPARE(m_form->params().at("importance"), Json("l2"));
}

void TestParamForm::problemsFromOutside() {
    QVERIFY(m_form->setProblem(QStringLiteral("ratio"), QStringLiteral("Too much for this model")));
    QVERIFY(!m_form->setProblem(QStringLiteral("nobody"), QStringLiteral("x")));
    auto* message = part<QLabel>("ratio_message");
    QVERIFY(message->isVisible());
    QCOMPARE(message->text(), QStringLiteral("Too much for this model"));
    type("ratio", QStringLiteral("0.2"));
    QVERIFY(!message->isVisible());
}

void TestParamForm::languageChangeKeepsValues() {
    class Brackets : public QTranslator {
    public:
        QString translate(const char*, const char* text, const char*, int) const override {
            return QStringLiteral("[%1]").arg(QString::fromUtf8(text));
        }
        bool isEmpty() const override { return false; }
    } brackets;
    type("ratio", QStringLiteral("0.25"));
    const ParamSet before = m_form->params();
    QCoreApplication::installTranslator(&brackets);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::LanguageChange);
    QCoreApplication::processEvents();
    QCOMPARE(m_form->params(), before);
    for (const QLabel* label : m_form->findChildren<QLabel*>()) {
        const QString text = label->text();
        QVERIFY2(text.isEmpty() || text == QStringLiteral("●") || text.startsWith(QLatin1Char('[')), qPrintable(text));
    }
    for (const QAbstractButton* button : m_form->findChildren<QAbstractButton*>()) {
        QVERIFY2(button->text().isEmpty() || button->text().startsWith(QLatin1Char('[')), qPrintable(button->text()));
    }
    QCoreApplication::removeTranslator(&brackets);
    QCoreApplication::processEvents();
    QCOMPARE(m_form->params(), before);
}

void TestParamForm::emptySchema() {
    m_form->setSchema(ParamSchema());
    QVERIFY(m_form->params().empty());
    QVERIFY(m_form->isValid());
    QVERIFY(!m_form->grab().isNull());
}

void TestParamForm::pictures() {
    for (const bool dark : {false, true}) {
        applyTheme(*qApp, Theme::forScheme(dark));
        m_form->setSchema(everyType());
        m_form->setNodeNames({QStringLiteral("/layer1/conv1/Conv"), QStringLiteral("/layer2/conv1/Conv")});
        QVERIFY(m_form
                    ->setParams({{"scope", "global"},
                                 {"ratio", 0.3},
                                 {"layers", Json::Object{{"/layer1/conv1/Conv", 0.25}, {"/layer2/conv1/Conv", 0.5}}}})
                    .ok());
        type("multiple", QStringLiteral("900"));
        m_form->setContentsMargins(12, 12, 12, 12);
        QCoreApplication::processEvents();
        m_form->resize(340, m_form->sizeHint().height());
        QCoreApplication::processEvents();
        // Nothing lies over anything else.
        QVERIFY(part<QTableWidget>("layers")->geometry().bottom() < part<QToolButton>("layers_add")->y());
        const QImage image = m_form->grab().toImage();
        QCOMPARE(image.pixelColor(2, 2), Theme::forScheme(dark).window);
        if (const QString folder = qEnvironmentVariable("LAPIDARY_SHOTS"); !folder.isEmpty()) {
            QDir().mkpath(folder);
            image.save(folder + (dark ? QStringLiteral("/form-dark.png") : QStringLiteral("/form-light.png")));
        }
    }
}

QTEST_MAIN(TestParamForm)
#include "tst_paramform.moc"
