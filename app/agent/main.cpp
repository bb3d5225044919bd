// SPDX-License-Identifier: GPL-3.0-or-later
#include "agentoptions.h"
#include "serving.h"

#include <csignal>
#include <cstdio>

int main(int argc, char** argv) {
    using namespace lapidary;
    std::signal(SIGPIPE, SIG_IGN);
    const auto options = agent::parseOptions(argc, argv);
    if (!options) {
        std::fprintf(stderr, "lapidary-agent: %s\n%s", options.error().message.c_str(), agent::usage().c_str());
        return 2;
    }
    if (options->help) {
        std::fputs(agent::usage().c_str(), stdout);
        return 0;
    }
    if (options->version) {
        std::printf("%s\n", agent::versionText().c_str());
        return 0;
    }
    const auto status = agent::serve(*options);
    if (status)
        return 0;
    std::fprintf(stderr, "lapidary-agent: %s\n", status.error().toString().c_str());
    if (!status.error().hint.empty())
        std::fprintf(stderr, "hint: %s\n", status.error().hint.c_str());
    return 1;
}
