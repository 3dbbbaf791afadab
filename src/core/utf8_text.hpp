// SPDX-License-Identifier: Apache-2.0
/// \file Text that other programs wrote.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace yolo {

/// A text as UTF-8 without a byte-order mark. What begins with one of UTF-16 is converted: Windows' shell
/// writes that; where it is damaged it ends with U+FFFD.
std::string as_utf8(std::string text);

/// The whole file, so. Throws Error when it is missing or cannot be read.
std::string read_utf8(const std::filesystem::path& path);

/// Takes the first line off a text, without what ends it: "\n", "\r\n" or, of old programs, "\r".
std::string_view next_line(std::string_view& text);

/// A text for a sentence: control characters, which could do something to a terminal, as "\n", "\x1b".
std::string printable(std::string_view text);

}  // namespace yolo
