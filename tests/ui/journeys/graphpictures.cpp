// SPDX-License-Identifier: GPL-3.0-or-later
// graphpictures FOLDER MODEL… (made up: "encoder", a transformer of six layers, "loop" and "scan"): pictures of the
// window with each model, light and dark: as it opens, whole, on a node in the middle with the pointer on its
// neighbour, and, where there are closed groups, with one of them open. Not a test.
#include "onnx/onnxwriter.h"
#include "tests/support/encodermodel.h"
#include "tests/support/loopmodels.h"
#include "tests/ui/journeys/pictureprogram.h"
#include "ui/graphview/graphview.h"

#include <QFileInfo>
#include <QMouseEvent>

namespace {

using namespace lapidary;
using namespace lapidary::test;

ModelPtr madeUp(const QString& name) {
    return name == QStringLiteral("encoder") ? encoderModel(6, true)
           : name == QStringLiteral("loop")  ? loopModel()
           : name == QStringLiteral("scan")  ? scanModel()
                                             : nullptr;
}

class Photographer {
public:
    Photographer(PictureProgram& program, QString scheme)
        : m_program(program), m_view(*program.bench().find<GraphView>("graphView")), m_scheme(std::move(scheme)) {}

    void shootModel(const QString& file);

private:
    void shoot(const QString& what);
    void shootNode(quint32 index);
    void shootGroups();

    PictureProgram& m_program;
    GraphView& m_view;
    QString m_scheme;
    QString m_name;
};

void Photographer::shoot(const QString& what) {
    waitUntil([] { return false; }, 1);
    const auto file = m_program.folder().filePath(QStringLiteral("%1-%2-%3.png").arg(m_name, what, m_scheme));
    m_program.bench().window().grab().save(file);
    qInfo("%s", qPrintable(file));
}

void Photographer::shootNode(quint32 index) {
    const auto& laid = *m_view.picture();
    const auto id = laid.picture().nodes[index].id;
    m_view.resetZoom();
    m_view.ensureVisible(id);
    if (const auto place = m_view.nodeRect(id))
        QMetaObject::invokeMethod(&m_view, [this, at = place->center()] {
            for (const auto type : {QEvent::MouseButtonPress, QEvent::MouseButtonRelease}) {
                QMouseEvent event(type, at, m_view.viewport()->mapToGlobal(at), Qt::LeftButton,
                                  type == QEvent::MouseButtonPress ? Qt::LeftButton : Qt::NoButton, Qt::NoModifier);
                QCoreApplication::sendEvent(m_view.viewport(), &event);
            }
        });
    m_program.bench().settle();
    for (const auto edge : laid.edgesOutOf(index))
        if (const auto next = m_view.nodeRect(laid.picture().nodes[laid.picture().edges[edge].to].id)) {
            QMouseEvent event(QEvent::MouseMove, next->center(), m_view.viewport()->mapToGlobal(next->center()),
                              Qt::NoButton, Qt::NoButton, Qt::NoModifier);
            QCoreApplication::sendEvent(m_view.viewport(), &event);
            break;
        }
    shoot(QStringLiteral("node"));
}

void Photographer::shootGroups() {
    std::optional<quint32> closed;
    for (const auto& node : m_view.picture()->picture().nodes)
        if (!closed && (node.members > 0 || node.title == "If" || node.title == "Loop" || node.title == "Scan"))
            closed = node.id;
    if (!closed)
        return;
    Q_EMIT m_view.expandRequested(*closed);
    m_program.bench().settle();
    m_view.resetZoom();
    m_view.ensureVisible(*closed);
    shoot(QStringLiteral("opened"));
    m_view.fit();
    shoot(QStringLiteral("openedwhole"));
}

void Photographer::shootModel(const QString& given) {
    auto file = given;
    if (const auto model = madeUp(given)) {
        const auto made = m_program.home() / (given + QStringLiteral(".onnx")).toStdString();
        if (!writeOnnx(*model, made))
            qFatal("%s cannot be written", qPrintable(given));
        file = QString::fromStdString(made.string());
    }
    m_name = QFileInfo(file).completeBaseName();
    if (!m_program.bench().open(file.toStdString())) {
        qWarning("%s does not open", qPrintable(file));
        return;
    }
    m_view.setAnimated(false);
    shoot(QStringLiteral("first"));
    m_view.fit();
    shoot(QStringLiteral("whole"));
    shootNode(m_view.picture()->nodeCount() / 2);
    shootGroups();
}

} // namespace

int main(int argc, char** argv) {
    PictureProgram program(argc, argv, "graphpictures FOLDER MODEL…", 2);
    program.bench().window().resize(1500, 950);
    program.eachScheme([&](const QString& scheme) {
        Photographer camera(program, scheme);
        for (const auto& file : program.arguments().mid(2))
            camera.shootModel(file);
    });
    return 0;
}
