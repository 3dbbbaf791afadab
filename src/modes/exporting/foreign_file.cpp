// SPDX-License-Identifier: Apache-2.0
#include "modes/exporting/foreign_file.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::modes {

void refuse_foreign_file(const std::filesystem::path& path) {
    throw Error(fmt::format(
        "'{}' is there and was not written by this program: move it away, or give the model another name",
        path.string()));
}

}  // namespace yolo::modes
