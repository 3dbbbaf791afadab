// SPDX-License-Identifier: Apache-2.0
#include "core/rim.hpp"

#include <exception>
#include <filesystem>
#include <new>
#include <string>

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "core/foreign_text.hpp"

namespace yolo {

namespace {

namespace fs = std::filesystem;

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
                                                 one_sentence(error.what()))));
    }
}

}  // namespace yolo
