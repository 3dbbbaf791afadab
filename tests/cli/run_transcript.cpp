// SPDX-License-Identifier: Apache-2.0
/// \file run_transcript FILE BIN_FOLDER SCRATCH_FOLDER: runs a transcript's commands; 77 = skipped.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/core.h>
#include <sys/wait.h>

#include "transcript.hpp"

namespace {

namespace fs = std::filesystem;
using namespace yolo::test;

constexpr int skipped = 77;

std::string read(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

/// Exit code, and both outputs together.
std::pair<int, std::string> execute(const std::string& command) {
    std::string output;
    FILE* pipe = ::popen(fmt::format("( {} ) 2>&1 </dev/null", command).c_str(), "r");
    if (pipe == nullptr) return {-1, "cannot start sh"};
    std::array<char, 4096> block;
    for (std::size_t size = 0; (size = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
        output.append(block.data(), size);
    }
    const int status = ::pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), output};
}

bool passes(const Step& step, const fs::path& file) {
    const auto [code, output] = execute(step.command);
    if (code == step.exit_code && matches(step.expected, split_lines(output))) return true;
    std::string expected;
    for (const std::string& line : step.expected) expected += line + "\n";
    fmt::print(stderr, "{}:{}: $ {}\n--- expected, exit {}\n{}--- printed, exit {}\n{}---\n", file.string(),
               step.line, step.command, step.exit_code, expected, code, output);
    return false;
}

void prepare(const fs::path& file, const fs::path& programs, const fs::path& scratch) {
    fs::remove_all(scratch);
    fs::create_directories(scratch);
    fs::current_path(scratch);
    const char* path = std::getenv("PATH");
    ::setenv("PATH", (programs.string() + ":" + (path != nullptr ? path : "")).c_str(), 1);
    ::setenv("YOLO_CONFIG_DIR", (scratch / "config").c_str(), 1);
    ::setenv("SOURCES", file.parent_path().parent_path().parent_path().c_str(), 1);
    ::unsetenv("YOLO_VERBOSE");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const fs::path file = fs::absolute(argv[1]), programs = fs::absolute(argv[2]),
                   scratch = fs::absolute(argv[3]);
    const Transcript transcript = parse_transcript(read(file));
    for (const std::string& name : transcript.needs) {
        const char* value = std::getenv(name.c_str());
        if (value != nullptr && fs::exists(value)) continue;
        fmt::print("skipped: {} is not set to an existing path\n", name);
        return skipped;
    }
    prepare(file, programs, scratch);
    int failures = transcript.steps.empty() ? 1 : 0;
    for (const Step& step : transcript.steps) failures += passes(step, file) ? 0 : 1;
    return failures == 0 ? 0 : 1;
}
