// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever the text is: parsing ends with a recipe or a diagnostic; a recipe survives writing and reading, and its
// patterns and texts end in reasonable time.
#include "pass/recipe.h"

#include <cstdio>
#include <cstdlib>

using namespace lapidary;

namespace {

void require(bool condition, const char* what) {
    if (condition)
        return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto recipe = Recipe::parse(text);
    if (!recipe) {
        require(!recipe.error().code.empty() && !recipe.error().message.empty(), "a failure says what is wrong");
        return 0;
    }
    const auto again = Recipe::parse(recipe->toJson().dump());
    require(again.ok() && *again == *recipe, "a recipe survives writing and reading");
    require(again->hash() == recipe->hash(), "equal recipes have equal hashes");
    (void)recipe->toText();
    for (const auto& step : recipe->steps)
        for (const auto& pattern : step.nodes)
            (void)globMatch(pattern, "/model/layer1/layer1.0/conv1/Conv");
    return 0;
}
