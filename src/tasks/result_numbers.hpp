// SPDX-License-Identifier: Apache-2.0
/// \file Numbers as summaries write them: rounded in decimal, then the shortest text that reads back as the
/// same value.
#pragma once

#include <string>

namespace yolo::tasks {

/// The double nearest to the value's exact decimal expansion rounded to `decimals` places, halves to even.
double round_decimal(double value, int decimals);

/// "1.0", "0.00001", "24.5": the shortest digits, never an exponent, always a point. "nan", "inf", "-inf".
void append_number(std::string& text, double value);

}  // namespace yolo::tasks
