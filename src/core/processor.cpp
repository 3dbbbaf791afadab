// SPDX-License-Identifier: Apache-2.0
#include "core/processor.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/trimmed.hpp"

namespace yolo {

namespace {

constexpr const char* limit_variable = "YOLO_MAX_ISA";

struct Row {
    InstructionSet set;
    const char *name, *onednn, *aten, *mkl;  ///< what the libraries call it
};

constexpr std::array rows = {
    Row{InstructionSet::sse, "sse", "SSE41", "default", "SSE4_2"},
    Row{InstructionSet::avx2, "avx2", "AVX2", "avx2", "AVX2"},
    Row{InstructionSet::avx512, "avx512", "AVX512_CORE", "avx512", "AVX512"},
    Row{InstructionSet::avx512_bf16, "avx512_bf16", "AVX512_CORE_BF16", "avx512", "AVX512"},
    Row{InstructionSet::amx, "amx", nullptr, nullptr, nullptr},  // all there is
};

const Row* row_of(std::string_view name) {
    const auto* found =
        std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.name == name; });
    return found == rows.end() ? nullptr : found;
}

void set_if_absent(const char* name, const char* value) {
    if (value != nullptr) ::setenv(name, value, 0);
}

/// Before any of these libraries computes: while the program is loaded. A name that we do not know is
/// reported by instruction_set().
[[maybe_unused]] const bool libraries_are_limited = [] {
    const Row* row = row_of(instruction_limit());
    if (row == nullptr) return false;
    set_if_absent("ONEDNN_MAX_CPU_ISA", row->onednn);
    set_if_absent("ATEN_CPU_CAPABILITY", row->aten);
    set_if_absent("MKL_ENABLE_INSTRUCTIONS", row->mkl);
    return true;
}();

InstructionSet detected() {
#if defined(__x86_64__)
    const bool avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
    const bool avx512 = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                        __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0;
    const bool bf16 = __builtin_cpu_supports("avx512bf16") != 0;  // every processor with AMX has it too
    if (avx512 && bf16) return InstructionSet::avx512_bf16;       // AMX is oneDNN's affair alone
    return avx512 ? InstructionSet::avx512 : avx2 ? InstructionSet::avx2 : InstructionSet::sse;
#else
    return InstructionSet::sse;
#endif
}

}  // namespace

const char* to_string(InstructionSet set) {
    return rows.at(static_cast<std::size_t>(set)).name;
}

std::string_view instruction_limit() {
    const char* value = std::getenv(limit_variable);
    return value == nullptr ? "" : value;
}

InstructionSet limited(InstructionSet set, std::string_view limit) {
    if (limit.empty()) return set;
    const Row* row = row_of(limit);
    if (row == nullptr)
        throw UsageError(fmt::format("{}={} is unknown: use sse, avx2, avx512, avx512_bf16 or amx",
                                     limit_variable, limit));
    return std::min(set, row->set);
}

InstructionSet instruction_set() {
    static const InstructionSet set = limited(detected(), instruction_limit());
    return set;
}

std::string processor_name() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        const std::size_t at = line.find(':');
        if (line.starts_with("model name") && at != std::string::npos)
            return std::string(trimmed(std::string_view(line).substr(at + 1)));
    }
    return {};
}

bool processor_has_bf16() {
    return instruction_set() >= InstructionSet::avx512_bf16;
}

}  // namespace yolo
