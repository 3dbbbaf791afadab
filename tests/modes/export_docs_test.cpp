// SPDX-License-Identifier: Apache-2.0
/// \file The lines of docs/formats.md that run each file without this program, run.
#ifndef YOLO_SANITIZED  // other people's programs
#include <cstdlib>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "core/files.hpp"
#include "modes/export_support.hpp"

namespace yolo::test {
namespace {

namespace fs = std::filesystem;

/// What stands between ```python and ``` on a page, one block after the other.
std::string python_of(const std::string& page) {
    constexpr std::string_view begin = "```python\n", end = "```\n";
    std::string code;
    for (std::size_t at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
        at += begin.size();
        code += page.substr(at, page.find(end, at) - at) + "print(numpy.array(boxes).shape)\n";
    }
    return code;
}

TEST(ExportDocs, TheLinesThatRunAFileRun) {
    const fs::path golden = golden_dir() / "model/detect",
                   python = source_dir() / ".deps/runtimes/bin/python", folder = scratch_dir();
    YOLO_REQUIRE_FILE(golden / "model.pt");
    YOLO_REQUIRE_FILE(python);
    fs::copy_file(golden / "model.pt", folder / "best.pt", fs::copy_options::overwrite_existing);
    Config config;
    config.set_mode(Mode::export_model);
    for (const auto& [key, value] :
         std::vector<std::pair<const char*, Value>>{{"model", (folder / "best.pt").string()},
                                                    {"format", "onnx,openvino,ncnn,litert"},
                                                    {"imgsz", std::int64_t{640}},
                                                    {"check", false}})
        config.set(key, value);
    run_export(config, {});
    write_file(folder / "lines.py", python_of(read_text(source_dir() / "docs/formats.md")));
    const std::string command =
        fmt::format("cd '{}' && '{}' lines.py > shapes.txt", folder.string(), fs::absolute(python).string());
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
    const std::string shapes = read_text(folder / "shapes.txt");
    EXPECT_EQ(std::count(shapes.begin(), shapes.end(), '\n'), 4) << shapes;
    EXPECT_NE(shapes.find("8400)"), std::string::npos) << shapes;
}

}  // namespace
}  // namespace yolo::test
#endif
