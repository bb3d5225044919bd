# SPDX-License-Identifier: GPL-3.0-or-later
# The rules of tests/checks/lint. Input: one file that lists the files to look at, relative to the tree.

BEGIN {
    maxLines = 600
    maxMainLines = 150
    n = split(order, names, " ")
    for (i = 1; i <= n; i++)
        rank[names[i]] = i
    split("base tensor graph onnx runtime", names, " ")
    for (i in names)
        withoutQt[names[i]] = 1

    # Widgets, told from their names; the second pattern takes out what Qt Core and Qt Gui have under such names.
    widgets = "^(QtWidgets|QApplication|QStyle|QGraphics|QAbstract(Button|Graphics|ItemDelegate|ItemView|Scroll|Slider|Spin)" \
        "|QScroller|QFocusFrame|QWhatsThis|QCompleter|QSystemTrayIcon|QSizePolicy|QRubberBand|QSpacerItem|QWizard" \
        "|Q[A-Za-z]*(Layout|Box|Dialog|Button|Edit|View|Widget|WidgetItem|Menu|Bar|Label|Delegate|Window|Slider" \
        "|Splitter|Frame|ToolTip|Style|Dial|MdiArea|TextBrowser|Wizard)$)"
    notWidgets = "^(QStringView|QByteArrayView|QAnyStringView|QUtf8StringView|QLatin1StringView|QWindow|QRasterWindow" \
        "|QOpenGLWindow|QTextLayout)$"
    findings = 0
}

{ files[++fileCount] = $0; exists[$0] = 1 }

END {
    for (i = 1; i <= fileCount; i++)
        check(files[i])
    if (findings) {
        printf "lint: %d findings in %d files\n", findings, fileCount
        exit 1
    }
    printf "lint: %d files, nothing to complain about\n", fileCount
}

function complain(file, line, text) {
    printf "%s:%d: %s\n", file, line, text
    findings++
}

# The room that a path of ours belongs to: core/graph/x.h -> graph, ui/panels/x.h -> ui_panels; else "".
function roomOf(path,    part) {
    split(path, part, "/")
    if (part[1] == "core") {
        # A room may have a room of its own inside: core/device/link, core/engine/plots.
        if (part[4] != "" && ((part[2] "_" part[3]) in rank))
            return part[2] "_" part[3]
        return part[4] != "" && (part[3] in rank) ? part[3] : part[2]
    }
    if (part[1] == "ui")
        return "ui_" part[2]
    return ""
}

# The room that an include line names, or "" for anything that is not ours.
function roomOfInclude(path, quoted,    part) {
    split(path, part, "/")
    if (part[1] == "ui")
        return "ui_" part[2]
    # <onnx/...> is libonnx unless core/onnx has a header of that name.
    if (part[1] == "onnx" && !quoted && !(("core/" path) in exists))
        return ""
    if (part[1] == "onnx" && quoted && path ~ /[._]pb\.h$/ && !(("core/" path) in exists))
        return ""
    if ((part[1] in rank) && part[2] != "")
        return roomOf("core/" path)
    return ""
}

function check(file,    line, text, hasLicence, hasPragma, isCode, isHeader) {
    isHeader = file ~ /\.h$/
    isCode = isHeader || file ~ /\.(cpp|c)$/
    line = hasLicence = hasPragma = 0
    while ((getline text < file) > 0) {
        line++
        # A script's first line names its interpreter, so its licence line may be the second.
        if (line <= 2 && text ~ /SPDX-License-Identifier: GPL-3\.0-or-later/ && (line == 1 || !isCode))
            hasLicence = 1
        if (text ~ /^#pragma once/)
            hasPragma = 1
        if (isCode && text ~ /^[ \t]*#[ \t]*include[ \t]*["<]/)
            checkInclude(file, line, text)
    }
    close(file)
    if (!hasLicence)
        complain(file, 1, "no 'SPDX-License-Identifier: GPL-3.0-or-later' line at the top")
    if (isHeader && !hasPragma)
        complain(file, 1, "header without #pragma once")
    if (isCode && line > maxLines)
        complain(file, line, "file has " line " lines; the limit is " maxLines)
    if (file ~ /^app\/[^\/]+\/main\.cpp$/ && line > maxMainLines)
        complain(file, line, "main has " line " lines; the limit is " maxMainLines)
}

function checkInclude(file, line, text,    quoted, path, own, other) {
    quoted = text ~ /include[ \t]*"/
    path = text
    sub(/^[^"<]*["<]/, "", path)
    sub(/[">].*$/, "", path)
    if (quoted && path ~ /(^|\/)\.\.\//)
        complain(file, line, "include goes through '..'; write it from core/ or from the root: " path)

    own = roomOf(file)
    other = roomOfInclude(path, quoted)
    if (own != "" && !(own in rank)) {
        complain(file, line, "room '" own "' stands nowhere in LAPIDARY_ROOMS_IN_ORDER")
        return
    }
    if (other != "") {
        checkRooms(file, line, own, other, path)
        return
    }
    if (file ~ /^(core|ui|plugins|app)\//)
        checkLibraries(file, line, own, path)
}

function checkRooms(file, line, own, other, path) {
    if (!(other in rank))
        complain(file, line, "include of '" path "', whose room stands nowhere in LAPIDARY_ROOMS_IN_ORDER")
    else if (own != "" && rank[other] > rank[own])
        complain(file, line, "upward include: room '" own "' includes '" path "' of room '" other "'")
    else if (file ~ /^plugins\// && (other == "project" || other == "engine" || other ~ /^ui_/))
        complain(file, line, "plugin includes '" path "'; plugins use floors 0 to 3 and 'plugin'")
    else if (file ~ /^app\/agent\// && other !~ /^(base|tensor|runtime|device|device_link)$/)
        complain(file, line, "agent includes '" path "'; it uses base, tensor, runtime and the device link only")
}

function checkLibraries(file, line, own, path,    isQt) {
    isQt = path ~ /^(Qt?[A-Z][A-Za-z0-9]*(\/|$)|q[a-z0-9]+\.h$)/ && path !~ /^qcustomplot/
    if (isQt && ((own in withoutQt) || own == "device_link" || file ~ /^(core\/device\/link|app\/agent)\//))
        complain(file, line, "Qt where there must be none: " path)
    if (path ~ /^google\/protobuf\// || path ~ /\.pb\.h$/)
        reserve(file, line, path, own == "device_link" ? own : "onnx", own)
    else if (path ~ /^onnx\//)
        reserve(file, line, path, "onnx", own)
    if (path ~ /^openssl\//)
        reserve(file, line, path, "device_link", own)
    if (path ~ /^(onnxruntime_|onnxruntime\/|cpu_provider_factory)/)
        reserve(file, line, path, "runtime", own)
    if (path ~ /^opencv/)
        reserve(file, line, path, "data", own)
    if (path ~ /^(QSql|QtSql|sqlite)/)
        reserve(file, line, path, "project", own)
    if (tolower(path) ~ /qcustomplot/)
        reserve(file, line, path, "ui_charts", own)
    sub(/^QtWidgets\/./, "Q", path)
    if (path ~ widgets && path !~ notWidgets && file !~ /^(ui|app\/gui)\//)
        complain(file, line, "Qt Widgets outside ui and app/gui: " path)
}

function reserve(file, line, path, room, own) {
    if (own != room)
        complain(file, line, "'" path "' may be included in room '" room "' only")
}
