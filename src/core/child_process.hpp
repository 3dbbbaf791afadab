// SPDX-License-Identifier: Apache-2.0
/// \file A part of the work in a process of its own: whatever happens to it, this one goes on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace yolo {

/// A program that lies beside this library, as its plug-ins do, or in lib/ beneath it. Throws Error that says
/// what to install when it is not there.
std::filesystem::path helper_program(const std::string& name);

struct ChildLimits {
    double seconds = 600;
    std::int64_t memory_bytes = 0;  ///< resident, with all that it started; 0 = as much as there is
    /// Asked many times a second: true ends the child.
    std::function<bool()> cancelled = {};
};

/// How a child ended, with its children: none is left.
struct ChildEnd {
    enum class How { exited, signalled, too_slow, too_large, cancelled };
    How how = How::exited;
    int code = 0;            ///< of exited; the signal of signalled
    std::string result;      ///< what it wrote to its descriptor child_result
    std::string last_words;  ///< the last line of what it printed
    std::int64_t peak = 0;   ///< most bytes that were seen in memory
    double seconds = 0;

    /// "was ended by SIGSEGV (Segmentation fault)", "took longer than 600 s"; "" after an exit with 0.
    std::string problem(const ChildLimits& limits) const;
};

/// Where a child writes its result.
inline constexpr int child_result = 3;

/// Runs the program with `input` on its standard input, in a process group of its own. What it prints goes
/// nowhere but into last_words. Throws Error when it cannot be started.
ChildEnd run_child(const std::filesystem::path& program, std::string_view input, const ChildLimits& limits);

/// In the child, first: it ends when its parent does.
void end_with_parent();

}  // namespace yolo
