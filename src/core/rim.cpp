// SPDX-License-Identifier: Apache-2.0
#include "core/rim.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <yolo/error.hpp>

namespace yolo {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_text = 300;  ///< of foreign messages, which may hold whole call stacks

/// One line of somebody else's message, without the place in the source that OpenCV puts in front.
std::string sentence(std::string_view text) {
    if (text.starts_with("OpenCV(")) text.remove_prefix(std::min(text.find("error: ") + 7, text.size()));
    const std::size_t end = text.find('\n');
    std::string line(text.substr(0, std::min(end, longest_text)));
    std::ranges::replace(line, '\r', ' ');
    while (line.ends_with(' ')) line.pop_back();
    return line.empty() ? "no reason is known" : line;
}

std::string shortened(const std::string& path) {
    constexpr std::size_t kept = 60;
    if (path.size() <= 3 * kept) return path;
    return path.substr(0, kept) + "..." + path.substr(path.size() - kept);
}

std::string text_of(const fs::filesystem_error& error) {
    std::error_code no_folder;
    (void)fs::current_path(no_folder);
    if (no_folder) return "the current folder is not there any more: go into one that is, and try again";
    const std::string reason = error.code().message();
    if (error.path1().empty()) return fmt::format("a file could not be used: {}", reason);
    return fmt::format("'{}' could not be used: {}", shortened(error.path1().string()), reason);
}

}  // namespace

void rethrow_as_error() {
    try {
        throw;
    } catch (const Error&) {
        throw;
    } catch (const std::bad_alloc&) {
        std::throw_with_nested(Error("there is not enough memory for this: use a smaller imgsz or batch"));
    } catch (const fs::filesystem_error& error) {
        std::throw_with_nested(Error(text_of(error)));
    } catch (const std::exception& error) {
        std::throw_with_nested(Error(fmt::format("this did not work, for a reason that was not foreseen: {}",
                                                 sentence(error.what()))));
    }
}

}  // namespace yolo
