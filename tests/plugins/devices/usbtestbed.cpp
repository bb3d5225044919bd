// SPDX-License-Identifier: GPL-3.0-or-later
#include "usbtestbed.h"

#ifdef LAPIDARY_HAVE_UMOCKDEV
#include <cstdlib>
#include <umockdev.h>
#endif

namespace lapidary::test {

#ifdef LAPIDARY_HAVE_UMOCKDEV

namespace {

std::string taken(gchar* text) {
    std::string result = text ? text : "";
    g_free(text);
    return result;
}

} // namespace

bool UsbTestbed::available() {
    // The library's own question is about a test bed that is there already.
    const char* preloaded = std::getenv("LD_PRELOAD");
    return preloaded && std::string(preloaded).find("libumockdev-preload") != std::string::npos;
}

UsbTestbed::UsbTestbed() : m_bed(umockdev_testbed_new()) {}

UsbTestbed::~UsbTestbed() {
    g_object_unref(m_bed);
}

std::string UsbTestbed::plug(const std::string& port, const std::string& vendor, const std::string& product,
                             const std::string& serial) {
    auto* bed = static_cast<UMockdevTestbed*>(m_bed);
    const auto path = taken(umockdev_testbed_add_device(
        bed, "usb", port.c_str(), nullptr, "idVendor", vendor.c_str(), "idProduct", product.c_str(),
        serial.empty() ? "removable" : "serial", serial.empty() ? "unknown" : serial.c_str(), "product", "Gadget",
        nullptr, "DEVTYPE", "usb_device", nullptr));
    umockdev_testbed_uevent(bed, path.c_str(), "add");
    umockdev_testbed_uevent(bed, path.c_str(), "bind");
    return path;
}

std::string UsbTestbed::addSerialLine(const std::string& usbPath, const std::string& name) {
    auto* bed = static_cast<UMockdevTestbed*>(m_bed);
    const auto interface = taken(umockdev_testbed_add_device(bed, "usb", "1-9:1.0", usbPath.c_str(), nullptr, "DEVTYPE",
                                                             "usb_interface", nullptr));
    const auto path = taken(umockdev_testbed_add_device(bed, "tty", name.c_str(), interface.c_str(), "dev", "166:0",
                                                        nullptr, "DEVNAME", ("/dev/" + name).c_str(), nullptr));
    umockdev_testbed_uevent(bed, path.c_str(), "add");
    return path;
}

void UsbTestbed::unplug(const std::string& path) {
    auto* bed = static_cast<UMockdevTestbed*>(m_bed);
    umockdev_testbed_uevent(bed, path.c_str(), "remove");
    umockdev_testbed_remove_device(bed, path.c_str());
}

#else

bool UsbTestbed::available() {
    return false;
}
UsbTestbed::UsbTestbed() = default;
UsbTestbed::~UsbTestbed() = default;
std::string UsbTestbed::plug(const std::string&, const std::string&, const std::string&, const std::string&) {
    return {};
}
std::string UsbTestbed::addSerialLine(const std::string&, const std::string&) {
    return {};
}
void UsbTestbed::unplug(const std::string&) {}

#endif

} // namespace lapidary::test
