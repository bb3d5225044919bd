// SPDX-License-Identifier: GPL-3.0-or-later
#include "agentoptions.h"

#include "device/link/agentinfo.h"
#include "runtime/session.h"

#include <cstdlib>
#include <string_view>
#include <unistd.h>

namespace lapidary::agent {

namespace {

std::filesystem::path defaultCache() {
    if (const char* folder = std::getenv("XDG_CACHE_HOME"); folder && *folder == '/')
        return std::filesystem::path(folder) / "lapidary-agent";
    if (const char* home = std::getenv("HOME"); home && *home == '/')
        return std::filesystem::path(home) / ".cache" / "lapidary-agent";
    return "/var/tmp/lapidary-agent-" + std::to_string(::getuid());
}

Diagnostic wrong(const std::string& what) {
    return errorDiagnostic("agent.usage", what);
}

} // namespace

Result<Options> parseOptions(int argc, char** argv) {
    Options options;
    options.cache = defaultCache();
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        const bool takesValue = word == "--serial" || word == "--tcp" || word == "--cache";
        if (takesValue && i + 1 >= argc)
            return wrong(std::string(word) + " needs a value");
        if (word == "--stdio")
            options.stdio = true;
        else if (word == "--once")
            options.once = true;
        else if (word == "--version")
            options.version = true;
        else if (word == "--help" || word == "-h")
            options.help = true;
        else if (word == "--serial")
            options.serial = argv[++i];
        else if (word == "--tcp")
            options.tcp = argv[++i];
        else if (word == "--cache")
            options.cache = argv[++i];
        else
            return wrong("unknown argument '" + std::string(word) + "'");
    }
    const int ways = int(options.stdio) + int(!options.serial.empty()) + int(!options.tcp.empty());
    if (ways != 1 && !options.version && !options.help)
        return wrong("give one of --stdio, --serial and --tcp");
    return options;
}

std::string usage() {
    return "Usage: lapidary-agent (--stdio | --serial DEV[@BAUD] | --tcp [ADDR:]PORT) [--cache DIR] [--once]\n"
           "\n"
           "Runs models for a Lapidary workbench on this device.\n"
           "\n"
           "  --stdio            talk over standard input and output (ssh, adb, docker)\n"
           "  --serial DEV@BAUD  talk over a serial line; 921600 baud without a rate\n"
           "  --tcp [ADDR:]PORT  listen, on the loopback without an address; TLS 1.3 with the pairing key that is "
           "printed\n"
           "  --cache DIR        keep received models here (default: the user's cache folder)\n"
           "  --once             end after the first workbench\n"
           "  --version          versions of this program, the protocol and the runtime\n";
}

std::string versionText() {
    return "lapidary-agent " LAPIDARY_VERSION ", protocol " + std::to_string(linkProtocol) + ", onnxruntime " +
           runtimeVersion();
}

} // namespace lapidary::agent
