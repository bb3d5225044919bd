// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/variantlook.h"
#include "ui/models/variantmetric.h"

#include <QString>
#include <QStringList>

namespace lapidary {

/// What the filter field above the variants holds: words that must all fit. A word fits the name, a tag, the note or
/// the steps that made the variant; `tag:x` a tag; `top1>90`, `file<500k`, `latency<=2` a number (k, M, G multiply by a
/// thousand, KiB and MiB by 1024; a leading `-` negates a word).
class VariantFilter {
public:
    VariantFilter() = default;
    /// Never fails: a comparison with a metric that nobody knows is problem(), and fits nothing.
    explicit VariantFilter(const QString& text);

    bool isEmpty() const { return m_words.empty(); }
    bool fits(const VariantSummary& variant, const VariantLook* look) const;
    /// What could not be understood, in words; empty if all was.
    QString problem() const { return m_problem; }
    static QString help();

private:
    struct Word {
        enum class Kind { Text, Tag, Number } kind = Kind::Text;
        bool negated = false;
        QString text; ///< folded
        std::vector<std::string> keys;
        QString comparison;
        double number = 0;
    };
    bool fits(const Word& word, const VariantSummary& variant, const VariantLook* look) const;
    void addComparison(Word word, const QString& name, const QString& number);

    std::vector<Word> m_words;
    QString m_problem;
};

} // namespace lapidary
