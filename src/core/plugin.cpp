// SPDX-License-Identifier: Apache-2.0
#include "core/plugin.hpp"

#include <filesystem>

#include <dlfcn.h>
#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo {

namespace {

#ifdef RTLD_DEEPBIND
constexpr int own_symbols_first = RTLD_DEEPBIND;
#else
constexpr int own_symbols_first = 0;  // not every C library knows it: slower, not wrong
#endif

/// The folder that this library (or the program it is linked into) was loaded from.
std::filesystem::path own_folder() {
    Dl_info info = {};
    if (::dladdr(reinterpret_cast<void*>(&own_folder), &info) == 0 || info.dli_fname == nullptr) return {};
    return std::filesystem::path(info.dli_fname).parent_path();
}

}  // namespace

void* plugin_symbol(const std::string& name, const std::string& symbol, const std::string& purpose,
                    SymbolLookup lookup) {
    const int flags = RTLD_NOW | RTLD_LOCAL | (lookup == SymbolLookup::plugin_first ? own_symbols_first : 0);
    const std::string file = "lib" + name + ".so";
    void* library = nullptr;
    for (const std::filesystem::path& folder : {own_folder(), own_folder() / "lib"}) {
        const std::filesystem::path candidate = folder / file;
        std::error_code ignored;
        if (library == nullptr && std::filesystem::exists(candidate, ignored)) {
            library = ::dlopen(candidate.c_str(), flags);
        }
    }
    if (library == nullptr) library = ::dlopen(file.c_str(), flags);
    void* address = library != nullptr ? ::dlsym(library, symbol.c_str()) : nullptr;
    if (address == nullptr) {
        const char* reason = ::dlerror();
        throw Error(fmt::format(
            "{} needs the plug-in {}, which could not be loaded ({}): run scripts/setup and build again, or "
            "install the whole package",
            purpose, file, reason != nullptr ? reason : "unknown reason"));
    }
    return address;
}

}  // namespace yolo
