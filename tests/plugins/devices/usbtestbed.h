// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace lapidary::test {

/// A /sys and an udev of the test's own (umockdev). The library must be preloaded. Qt and GLib headers do not meet.
class UsbTestbed {
public:
    static bool available();
    UsbTestbed();
    ~UsbTestbed();
    UsbTestbed(const UsbTestbed&) = delete;
    UsbTestbed& operator=(const UsbTestbed&) = delete;

    /// Returns the path in /sys.
    std::string plug(const std::string& port, const std::string& vendor, const std::string& product,
                     const std::string& serial = {});
    /// A serial line "ttyACM0" on a plugged device.
    std::string addSerialLine(const std::string& usbPath, const std::string& name);
    void unplug(const std::string& path);

private:
    void* m_bed = nullptr;
};

} // namespace lapidary::test
