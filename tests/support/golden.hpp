// SPDX-License-Identifier: Apache-2.0
/// \file Finds the reference's inputs and outputs: $YOLO_GOLDEN_DIR, default ../shared/golden. Other folders
/// of the same form can be named, so tests list the folder and never name cases.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace yolo::test {

/// The checkout that the tests were built from.
std::filesystem::path source_dir();

/// The golden folder, or an empty path when there is none.
std::filesystem::path golden_dir();

/// Files golden/FOLDER/*SUFFIX, sorted by name; empty when the folder is absent.
std::vector<std::filesystem::path> golden_files(const std::string& folder, const std::string& suffix);

/// A folder of its own for this test, empty, removed when the test program is run again.
std::filesystem::path scratch_dir();

/// Inside a test: skips with a printed reason when golden/FOLDER is absent. In CI (CI=true) that is a
/// failure.
#define YOLO_REQUIRE_GOLDEN(folder)                                                                    \
    do {                                                                                               \
        if (!std::filesystem::exists(yolo::test::golden_dir() / (folder))) {                           \
            if (std::getenv("CI") != nullptr) FAIL() << "no golden folder '" << (folder) << "' in CI"; \
            GTEST_SKIP() << "no golden folder '" << (folder) << "': set YOLO_GOLDEN_DIR";              \
        }                                                                                              \
    } while (false)

}  // namespace yolo::test
