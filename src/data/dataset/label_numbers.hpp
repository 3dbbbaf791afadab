// SPDX-License-Identifier: Apache-2.0
/// \file Text of label files as the field's tools read it: Python's rules for white space and numbers.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace yolo::data {

/// The number of a word: decimal digits with an optional sign, point, exponent and single underscores between
/// digits; inf and nan in words. Nothing for any other text (hex, decimal commas, trailing letters).
std::optional<double> parse_number(std::string_view word);

/// Strict UTF-8: no overlong forms, surrogates or values past U+10FFFF.
bool is_utf8(std::string_view text);

/// Takes the first line (to any Unicode line end) off `text`, which must be UTF-8; "\r\n" is one end.
std::string_view take_line(std::string_view& text);

/// The words of a line between Unicode white space; replaces what `words` held.
void split_words(std::string_view line, std::vector<std::string_view>& words);

}  // namespace yolo::data
