// SPDX-License-Identifier: Apache-2.0
#include "core/plugin.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string_view>

#include <cxxabi.h>
#include <dlfcn.h>
#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo {

namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define YOLO_ADDRESS_SANITIZER  // it ends a process that asks for RTLD_DEEPBIND
#endif
#endif

#if defined(RTLD_DEEPBIND) && !defined(YOLO_ADDRESS_SANITIZER)
constexpr int own_symbols_first = RTLD_DEEPBIND;
#else
constexpr int own_symbols_first = 0;  // not every C library knows it: slower, not wrong
#endif

/// The linker's words with the symbols in them as they stand in the source.
std::string readable(std::string_view reason) {
    std::string text(reason);
    const std::size_t start = text.find("_Z");
    if (start == std::string::npos) return text;
    const std::size_t end = std::min(text.find_first_of(" ,)", start), text.size());
    int failed = 0;
    const std::unique_ptr<char, void (*)(void*)> name(
        abi::__cxa_demangle(text.substr(start, end - start).c_str(), nullptr, nullptr, &failed), std::free);
    return failed == 0 ? text.replace(start, end - start, name.get()) : text;
}

struct Opened {
    void* library = nullptr;
    std::string reason;  ///< the linker's, of the first one that is there and does not load
};

void try_to_open(Opened& opened, const std::filesystem::path& file, int flags) {
    if (opened.library != nullptr) return;
    opened.library = ::dlopen(file.c_str(), flags);
    const char* reason = opened.library == nullptr ? ::dlerror() : nullptr;
    if (reason != nullptr && opened.reason.empty()) opened.reason = reason;
}

}  // namespace

std::filesystem::path library_folder() {
    Dl_info info = {};
    if (::dladdr(reinterpret_cast<void*>(&library_folder), &info) == 0 || info.dli_fname == nullptr)
        return {};
    std::filesystem::path file = info.dli_fname;
    std::error_code absent;
    // A program is called as it was started, perhaps from a folder that is not the current one any more.
    if (file.is_relative() && file == program_invocation_name)
        file = std::filesystem::read_symlink("/proc/self/exe", absent);
    return file.parent_path();
}

std::string plugin_message(const std::string& file, const std::string& purpose, std::string_view reason) {
    const bool missing = reason.starts_with(file + ": cannot open shared object file: No such file");
    if (missing || reason.empty()) {
        return fmt::format(
            "{} needs the plug-in {}, which is not here: run scripts/setup (with --engines for those of "
            "exported "
            "files) and build again, or install the whole package",
            purpose, file);
    }
    const auto says = [&](std::string_view words) { return reason.find(words) != std::string_view::npos; };
    const char* advice = "build it again, or install the whole package anew";
    if (says("cannot open shared object file"))
        advice = "install that library (scripts/setup), or name its folder in LD_LIBRARY_PATH";
    if (says("undefined symbol") || says("version `"))
        advice =
            "it is of another version than the libraries it met: build everything again, and see that "
            "LD_LIBRARY_PATH leads to nothing older";
    return fmt::format("{} needs the plug-in {}, which does not load: {}; {}", purpose, file,
                       readable(reason), advice);
}

bool plugin_is_here(const std::string& name) {
    std::error_code ignored;
    const std::string file = "lib" + name + ".so";
    return std::filesystem::exists(library_folder() / file, ignored) ||
           std::filesystem::exists(library_folder() / "lib" / file, ignored);
}

void* plugin_symbol(const std::string& name, const std::string& symbol, const std::string& purpose,
                    SymbolLookup lookup) {
    const int flags = RTLD_NOW | RTLD_LOCAL | (lookup == SymbolLookup::plugin_first ? own_symbols_first : 0);
    const std::string file = "lib" + name + ".so";
    std::error_code gone;
    (void)std::filesystem::current_path(gone);
    if (gone && lookup == SymbolLookup::plugin_first)  // MKL, which LibTorch brings, would end the process
        throw Error("the current folder is not there any more: go into one that is, and try again");
    Opened opened;
    for (const std::filesystem::path& folder : {library_folder(), library_folder() / "lib"}) {
        std::error_code ignored;
        if (std::filesystem::exists(folder / file, ignored)) try_to_open(opened, folder / file, flags);
    }
    try_to_open(opened, file, flags);
    void* address = opened.library != nullptr ? ::dlsym(opened.library, symbol.c_str()) : nullptr;
    if (address == nullptr && opened.library != nullptr) {
        const char* reason = ::dlerror();
        opened.reason = reason != nullptr ? reason : "undefined symbol: " + symbol;
    }
    if (address == nullptr) throw Error(plugin_message(file, purpose, opened.reason));
    return address;
}

}  // namespace yolo
