// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace yolo {

/// A cell of a CSV file as RFC 4180 has it: quoted when it must be, quotes doubled.
std::string csv_cell(const std::string& text);

}  // namespace yolo
