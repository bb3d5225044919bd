// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/backend.h"

#include <QString>

namespace lapidary {

/// How devices are sorted for people.
enum class DeviceGroup { Computer, Providers, Agents, Sticks, Candidates, Estimates };

DeviceGroup deviceGroup(const DeviceInfo& info);
QString deviceGroupTitle(DeviceGroup group);
QString deviceGroupHint(DeviceGroup group);
/// "ready", "runtime missing", "estimate only" …: the state in a word or two.
QString deviceStateText(const DeviceInfo& info);
/// What one would do next to make it usable, or with it; empty: nothing to say.
QString deviceAdvice(const DeviceInfo& info);
/// What is known about it, a line each: "Processor: …".
QString deviceFacts(const DeviceInfo& info);
/// It can profile now; estimates do so without running anything.
bool deviceUsable(const DeviceInfo& info);
/// A reason, if it cannot be profiled on; empty if it can.
QString deviceRefusal(const DeviceInfo& info);

} // namespace lapidary
