// SPDX-License-Identifier: Apache-2.0
#include "support/golden.hpp"

#include <algorithm>
#include <cstdlib>

#include <unistd.h>

namespace yolo::test {

namespace fs = std::filesystem;

fs::path source_dir() {
    return YOLO_SOURCE_DIR;
}

fs::path golden_dir() {
    if (const char* named = std::getenv("YOLO_GOLDEN_DIR"); named != nullptr) return named;
    return source_dir().parent_path() / "shared" / "golden";
}

std::vector<fs::path> golden_files(const std::string& folder, const std::string& suffix) {
    std::vector<fs::path> files;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(golden_dir() / folder, none)) {
        if (entry.path().filename().string().ends_with(suffix)) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

fs::path scratch_dir() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string(test->test_suite_name()) + "." + test->name();
    std::replace(name.begin(), name.end(), '/', '_');
    const fs::path folder = fs::path(YOLO_BINARY_DIR) / "scratch" / name;
    fs::remove_all(folder);
    fs::create_directories(folder);
    return folder;
}

}  // namespace yolo::test
