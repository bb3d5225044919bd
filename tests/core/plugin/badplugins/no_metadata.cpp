// SPDX-License-Identifier: GPL-3.0-or-later
extern "C" int answer() {
    return 42;
}
