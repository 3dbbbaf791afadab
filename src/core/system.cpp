// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <thread>

#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/utsname.h>

#include <yolo/error.hpp>
#include <yolo/system.hpp>

#include "core/cuda_driver.hpp"
#include "core/processor.hpp"
#include "core/rim.hpp"
#include "core/threads.hpp"
#include "core/torch_facts.hpp"

namespace yolo {

namespace fs = std::filesystem;

namespace {

constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;

/// The text behind `key`, blanks and `separator` in a file of lines; "" when there is none.
std::string field(const char* path, std::string_view key, char separator) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with(key)) continue;
        const std::size_t at = line.find(separator);
        if (at == std::string::npos || line.find_last_not_of(" \t", at - 1) != key.size() - 1) continue;
        const std::size_t begin = line.find_first_not_of(" \t\"", at + 1);
        if (begin == std::string::npos) return {};
        return line.substr(begin, line.find_last_not_of(" \t\"") - begin + 1);
    }
    return {};
}

std::string operating_system() {
    utsname names = {};
    ::uname(&names);
    const std::string distribution = field("/etc/os-release", "PRETTY_NAME", '=');
    return fmt::format("{}{}{} {} {}", distribution, distribution.empty() ? "" : ", ", names.sysname,
                       names.release, names.machine);
}

/// Those of the processor's flags that decide how fast a network runs.
std::string instruction_sets() {
    constexpr std::array<std::string_view, 16> decisive = {
        "sse4_2",   "avx2",        "fma",         "f16c",        "avx_vnni", "avx512f",
        "avx512bw", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_bf16",
        "amx_int8", "asimd",       "bf16",        "sve"};
    std::string flags = field("/proc/cpuinfo", "flags", ':');
    if (flags.empty()) flags = field("/proc/cpuinfo", "Features", ':');
    std::string found;
    std::istringstream words(flags);
    for (std::string word; words >> word;) {
        if (std::find(decisive.begin(), decisive.end(), word) != decisive.end())
            found += (found.empty() ? "" : " ") + word;
    }
    if (found.empty()) found = "unknown";
    const std::string_view limit = instruction_limit();
    return limit.empty() ? found
                         : fmt::format("{} (YOLO_MAX_ISA={}: no more than those are used)", found, limit);
}

std::string memory() {
    const auto gibibytes = [](const char* key) {
        return std::atof(field("/proc/meminfo", key, ':').c_str()) * 1024.0 / gibibyte;
    };
    return fmt::format("{:.1f} GiB free of {:.1f} GiB", gibibytes("MemAvailable"), gibibytes("MemTotal"));
}

std::string disk() {
    std::error_code error;
    const fs::space_info space = fs::space(".", error);
    if (error) return fmt::format("unknown ({})", error.message());
    return fmt::format("{:.1f} GiB free of {:.1f} GiB", static_cast<double>(space.available) / gibibyte,
                       static_cast<double>(space.capacity) / gibibyte);
}

std::string plug_ins() {
    Dl_info info = {};
    if (::dladdr(reinterpret_cast<void*>(&system_facts), &info) == 0) return "unknown";
    const fs::path folder = fs::path(info.dli_fname).parent_path();
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder.empty() ? "." : folder, none)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("libyolo_") && name.ends_with(".so")) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text.empty() ? fmt::format("none in {}", folder.string()) : text;
}

std::string lib_torch(const std::optional<TorchFacts>& torch) {
    if (!torch) return "none: no training, no GPU (scripts/setup brings it, then build again)";
    return torch->cuda == 0 ? torch->version + " without CUDA (scripts/setup --cuda brings it)"
                            : fmt::format("{} with CUDA {}", torch->version, cuda_version_text(torch->cuda));
}

std::string gpus(const std::optional<TorchFacts>& torch) {
    const CudaDriver driver = cuda_driver();
    if (driver.gpus.empty()) return fmt::format("none ({})", driver.problem);
    std::string text;
    for (std::size_t i = 0; i < driver.gpus.size(); ++i)
        text += fmt::format("{}{}: {}, {:.1f} GiB", i == 0 ? "" : "; ", i, driver.gpus[i].name,
                            static_cast<double>(driver.gpus[i].memory) / gibibyte);
    text += fmt::format("; driver for CUDA {}", cuda_version_text(driver.version));
    return torch && torch->gpus > 0 ? text : text + "; LibTorch does not use them (docs/training.md)";
}

std::optional<TorchFacts> torch() {
    try {
        return torch_facts("checks");
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace

std::vector<SystemFact> system_facts() try {
    const std::optional<TorchFacts> learner = torch();
    const std::string processor = processor_name();
    return {{"System", operating_system()},
            {"CPU", processor.empty() ? "unknown" : processor},
            {"Instruction sets", instruction_sets()},
            {"Processors",
             fmt::format("{} usable of {}", usable_processors(), std::thread::hardware_concurrency())},
            {"Threads", fmt::format("{}", compute_threads(0))},
            {"Memory", memory()},
            {"Disk", disk()},
            {"Plug-ins", plug_ins()},
            {"LibTorch", lib_torch(learner)},
            {"GPUs", gpus(learner)}};
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo
