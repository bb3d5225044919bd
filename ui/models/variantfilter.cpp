// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/variantfilter.h"

#include "pass/recipe.h"

#include <QCoreApplication>
#include <QHash>
#include <QRegularExpression>

namespace lapidary {

namespace {

QString say(const char* text) {
    return QCoreApplication::translate("lapidary::VariantFilter", text);
}

/// The keys that a name in a comparison stands for.
std::vector<std::string> keysOf(const QString& name) {
    static const QHash<QString, std::vector<std::string>> names = {
        {QStringLiteral("accuracy"), {"top1"}},
        {QStringLiteral("top1"), {"top1"}},
        {QStringLiteral("top-1"), {"top1"}},
        {QStringLiteral("top5"), {"top5"}},
        {QStringLiteral("agreement"), {"agreement"}},
        {QStringLiteral("sqnr"), {"sqnr_db"}},
        {QStringLiteral("file"), {"file_bytes"}},
        {QStringLiteral("size"), {"file_bytes"}},
        {QStringLiteral("weights"), {"parameter_bytes"}},
        {QStringLiteral("parameters"), {"parameters"}},
        {QStringLiteral("params"), {"parameters"}},
        {QStringLiteral("macs"), {"macs"}},
        {QStringLiteral("latency"), {"latency", "latency_ms"}},
        {QStringLiteral("time"), {"latency", "latency_ms"}},
        {QStringLiteral("memory"), {"peak_memory_bytes"}},
        {QStringLiteral("energy"), {"energy_mj"}},
    };
    const auto it = names.find(name);
    return it == names.end() ? std::vector<std::string>{name.toStdString()} : *it;
}

std::optional<double> numberOf(const QString& text) {
    static const QRegularExpression form(QStringLiteral("^([0-9]*[.,]?[0-9]+)(k|m|g|kib|mib|gib|%|ms)?$"),
                                         QRegularExpression::CaseInsensitiveOption);
    static const QHash<QString, double> factors = {
        {QStringLiteral("k"), 1e3},    {QStringLiteral("m"), 1e6},       {QStringLiteral("g"), 1e9},
        {QStringLiteral("kib"), 1024}, {QStringLiteral("mib"), 1048576}, {QStringLiteral("gib"), 1073741824}};
    const auto match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    return match.captured(1).replace(u',', u'.').toDouble() * factors.value(match.captured(2).toLower(), 1);
}

bool compares(double value, const QString& how, double with) {
    return how == QLatin1String("<")    ? value < with
           : how == QLatin1String("<=") ? value <= with
           : how == QLatin1String(">")  ? value > with
           : how == QLatin1String(">=") ? value >= with
                                        : value == with;
}

} // namespace

VariantFilter::VariantFilter(const QString& text) {
    static const QRegularExpression comparison(QStringLiteral("^([a-z][a-z0-9_-]*)(<=|>=|<|>|=)(.*)$"));
    for (auto part : text.toLower().split(QRegularExpression(QStringLiteral("\\s+")), Qt::SkipEmptyParts)) {
        Word word;
        if (part.size() > 1 && part.startsWith(u'-')) {
            word.negated = true;
            part.remove(0, 1);
        }
        if (const auto match = comparison.match(part); match.hasMatch()) {
            word.comparison = match.captured(2);
            addComparison(std::move(word), match.captured(1), match.captured(3));
            continue;
        }
        if (part.startsWith(QLatin1String("tag:"))) {
            word.kind = Word::Kind::Tag;
            part.remove(0, 4);
        }
        word.text = part;
        if (!part.isEmpty())
            m_words.push_back(std::move(word));
    }
}

void VariantFilter::addComparison(Word word, const QString& name, const QString& number) {
    if (number.isEmpty()) // still being typed
        return;
    const auto value = numberOf(number);
    word.kind = Word::Kind::Number;
    word.keys = keysOf(name);
    if (value)
        word.number = *value;
    else
        m_problem = say(QT_TRANSLATE_NOOP("lapidary::VariantFilter", "\"%1\" is no number")).arg(number);
    if (value)
        m_words.push_back(std::move(word));
}

bool VariantFilter::fits(const Word& word, const VariantSummary& variant, const VariantLook* look) const {
    const auto has = [&](const std::string& text) {
        return QString::fromStdString(text).toLower().contains(word.text);
    };
    const bool inTags =
        look && word.kind != Word::Kind::Number && std::any_of(look->tags.begin(), look->tags.end(), has);
    if (word.kind == Word::Kind::Tag || inTags)
        return inTags;
    if (word.kind == Word::Kind::Text) {
        if (has(variant.record.name) || (look && has(look->note)))
            return true;
        const auto& steps = variant.record.recipe["steps"].array();
        return std::any_of(steps.begin(), steps.end(), [&](const Json& step) { return has(step["pass"].toString()); });
    }
    for (const auto& key : word.keys) {
        if (const auto exact = readMetric(variant, variantMetric(key)))
            return compares(exact->value, word.comparison, word.number);
        for (const auto& reading : variant.readings) // one device that fits is enough
            if (reading.metric == key && compares(reading.value, word.comparison, word.number))
                return true;
    }
    return false;
}

bool VariantFilter::fits(const VariantSummary& variant, const VariantLook* look) const {
    return std::all_of(m_words.begin(), m_words.end(),
                       [&](const Word& word) { return fits(word, variant, look) != word.negated; });
}

QString VariantFilter::help() {
    return say(QT_TRANSLATE_NOOP(
        "lapidary::VariantFilter",
        "<p>Shows the variants in which every word is found: in name, tags, note or passes.</p>"
        "<p><b>tag:best</b> only in tags<br><b>top1&gt;90</b> a number; also agreement, file, weights, "
        "parameters, macs, latency, memory, energy<br><b>file&lt;500k</b> with k, M, G, KiB, MiB"
        "<br><b>-int8</b> without this word</p>"));
}

} // namespace lapidary
