// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/devicetexts.h"

#include <QCoreApplication>

#include <array>

namespace lapidary {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("lapidary::DeviceTexts", text);
}

QString fromStd(const std::string& text) {
    return QString::fromStdString(text);
}

/// Facts that have a name for people, in the order in which they are shown; others follow under their own.
constexpr std::array<std::pair<const char*, const char*>, 14> factNames = {{
    {"cpu", QT_TRANSLATE_NOOP("lapidary::DeviceTexts", "Processor")},
    {"silicon", QT_TRANSLATE_NOOP("lapidary::DeviceTexts", "Silicon")},
    {"architecture", QT_TRANSLATE_NOOP("lapidary::DeviceTexts", "Architecture")},
    {"cores", QT_TRANSLATE_NOOP("lapidary::DeviceTexts", "Cores")},
    {"memory", QT_TRANSLATE_NOOP("lapidary::DeviceTexts", "Memory")},
    {"precisions", QT_TRANSLATE_NOOP("lapidary::DeviceTexts", "Computes in")},
    {"cannot_compute", QT_TRANSLATE_NOOP("lapidary::DeviceTexts", "Cannot compute")},
    {"runtime", QT_TRANSLATE_NOOP("lapidary::DeviceTexts", "Runtime")},
    {"providers", QT_TRANSLATE_NOOP("lapidary::DeviceTexts", "Providers")},
    {"sensors", QT_TRANSLATE_NOOP("lapidary::DeviceTexts", "Sensors")},
    {"bandwidth", QT_TRANSLATE_NOOP("lapidary::DeviceTexts", "Bandwidth")},
    {"usb_id", QT_TRANSLATE_NOOP("lapidary::DeviceTexts", "USB id")},
    {"port", QT_TRANSLATE_NOOP("lapidary::DeviceTexts", "Port")},
    {"maker", QT_TRANSLATE_NOOP("lapidary::DeviceTexts", "Maker")},
}};

constexpr int longestFact = 110;

QString line(const QString& name, const std::string& value) {
    auto text = fromStd(value);
    if (text.size() > longestFact)
        text = text.left(longestFact - 1) + QChar(0x2026);
    return QStringLiteral("%1: %2").arg(name, text);
}

} // namespace

DeviceGroup deviceGroup(const DeviceInfo& info) {
    if (info.kind == "host")
        return DeviceGroup::Computer;
    if (info.kind == "provider")
        return DeviceGroup::Providers;
    if (info.kind == "agent")
        return DeviceGroup::Agents;
    if (info.kind == "candidate")
        return DeviceGroup::Candidates;
    return info.kind == "estimate" ? DeviceGroup::Estimates : DeviceGroup::Sticks;
}

QString deviceGroupTitle(DeviceGroup group) {
    switch (group) {
    case DeviceGroup::Computer:
        return tr("This computer");
    case DeviceGroup::Providers:
        return tr("Execution providers");
    case DeviceGroup::Agents:
        return tr("Boards and sticks with an agent");
    case DeviceGroup::Sticks:
        return tr("USB accelerators");
    case DeviceGroup::Candidates:
        return tr("Perhaps a board");
    case DeviceGroup::Estimates:
        break;
    }
    return tr("Estimates from data sheets");
}

QString deviceGroupHint(DeviceGroup group) {
    switch (group) {
    case DeviceGroup::Computer:
        return tr("ONNX Runtime on this computer's processor");
    case DeviceGroup::Providers:
        return tr("Accelerators that a plug-in of ONNX Runtime offers");
    case DeviceGroup::Agents:
        return tr("Devices on which lapidary-agent runs: measured there");
    case DeviceGroup::Sticks:
        return tr("Recognised by their USB id, with the runtime they need");
    case DeviceGroup::Candidates:
        return tr("Serial lines and network links over USB: an agent may be at the other end");
    case DeviceGroup::Estimates:
        break;
    }
    return tr("Silicon that is not here: times from published peak numbers, nothing is measured");
}

QString deviceStateText(const DeviceInfo& info) {
    switch (info.state) {
    case DeviceState::Ready:
        return info.kind == "estimate" ? tr("≈ estimate") : tr("ready");
    case DeviceState::NeedsRuntime:
        return tr("runtime missing");
    case DeviceState::Busy:
        return tr("busy");
    case DeviceState::Offline:
        return info.kind == "candidate" ? tr("not contacted") : tr("offline");
    case DeviceState::Error:
        break;
    }
    return tr("error");
}

QString deviceAdvice(const DeviceInfo& info) {
    if (info.kind == "candidate")
        return info.id.starts_with("serial:")
                   ? tr("If a board is there, start lapidary-agent --serial on it, then choose Connect.")
                   : tr("If a board is there, choose Connect and give its address on this link.");
    switch (info.state) {
    case DeviceState::Ready:
        return info.kind == "estimate"
                   ? tr("F5 gives an estimate for the current variant; it is never shown as a measurement.")
                   : QString();
    case DeviceState::NeedsRuntime:
        return tr("Start Lapidary with that runtime's provider library, or run lapidary-agent next to the stick.");
    case DeviceState::Busy:
        return tr("Somebody measures on it; jobs started now wait for their turn.");
    case DeviceState::Offline:
        return info.kind == "agent"
                   ? tr("Choose Connect to try again; a job that waits for it goes on when it is back.")
                   : tr("Plug it in again.");
    case DeviceState::Error:
        break;
    }
    return info.kind == "agent" ? tr("Check its address and key, or put a fresh agent on it with Deploy.") : QString();
}

QString deviceFacts(const DeviceInfo& info) {
    QStringList lines;
    QSet<QString> told;
    for (const auto& [key, name] : factNames)
        if (const auto it = info.capabilities.find(key); it != info.capabilities.end()) {
            lines.append(line(tr(name), it->second));
            told.insert(QString::fromLatin1(key));
        }
    for (const auto& [key, value] : info.capabilities)
        if (!told.contains(fromStd(key)))
            lines.append(line(fromStd(key), value));
    return lines.join(u'\n');
}

bool deviceUsable(const DeviceInfo& info) {
    return info.state == DeviceState::Ready || info.state == DeviceState::Busy || info.kind == "agent";
}

QString deviceRefusal(const DeviceInfo& info) {
    if (info.kind == "candidate")
        return tr("no agent has answered there yet");
    return deviceUsable(info) ? QString() : tr("it is not ready: %1").arg(deviceStateText(info));
}

} // namespace lapidary
