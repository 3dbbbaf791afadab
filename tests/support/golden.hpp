// SPDX-License-Identifier: Apache-2.0
/// \file Finds the reference's inputs and outputs: $YOLO_GOLDEN_DIR, default ../shared/golden. Other folders
/// of the same form can be named, so tests list the folder and never name cases.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace yolo::test {

/// The checkout that the tests were built from.
std::filesystem::path source_dir();

/// Where the golden folder is, or would be: $YOLO_GOLDEN_DIR, else ../shared/golden beside the checkout.
std::filesystem::path golden_dir();

/// Files golden/FOLDER/*SUFFIX, sorted by name; empty when the folder is absent.
std::vector<std::filesystem::path> golden_files(const std::string& folder, const std::string& suffix);

/// A folder of its own for this test, empty, removed when the test program is run again.
std::filesystem::path scratch_dir();

/// Inside a test: skips with a printed reason when the file or folder is absent. In CI (CI=true) that is a
/// failure.
#define YOLO_REQUIRE_FILE(place)                                                                \
    do {                                                                                        \
        const std::filesystem::path required_path = (place);                                    \
        if (!std::filesystem::exists(required_path)) {                                          \
            if (std::getenv("CI") != nullptr) FAIL() << required_path << " is not there in CI"; \
            GTEST_SKIP() << required_path << " is not there: set YOLO_GOLDEN_DIR";              \
        }                                                                                       \
    } while (false)

/// The same of golden/FOLDER, or of a file in it.
#define YOLO_REQUIRE_GOLDEN(folder) YOLO_REQUIRE_FILE(yolo::test::golden_dir() / (folder))

}  // namespace yolo::test
