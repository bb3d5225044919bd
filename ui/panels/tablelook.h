// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QTableView;

namespace lapidary {

/// The look all tables of the panels share: whole rows, sorted by a click on a header, in the model's order at first;
/// rows of one height in two shades.
void lookLikeTable(QTableView& table);

} // namespace lapidary
