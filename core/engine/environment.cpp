// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/environment.h"

#include "device/hostenvironment.h"
#include "engine/engine.h"

namespace lapidary {

Json environmentJson() {
    Json::Object facts;
    for (const auto& [key, value] : hostEnvironment())
        facts.emplace(key, value);
    facts.emplace("versions", versionText());
    return facts;
}

} // namespace lapidary
