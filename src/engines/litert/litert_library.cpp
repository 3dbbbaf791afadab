// SPDX-License-Identifier: Apache-2.0
#include "engines/litert/litert_library.hpp"

#include <filesystem>

#include <dlfcn.h>
#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::engines {

namespace {

constexpr const char* file_name = "libLiteRt.so";

}  // namespace

LitertLibrary::LitertLibrary() : library_(::dlopen(file_name, RTLD_NOW | RTLD_LOCAL)) {
    if (library_ == nullptr) {
        const char* reason = ::dlerror();
        throw Error(fmt::format(
            "the engine 'litert' needs LiteRT's library {} (the Python package ai-edge-litert holds it): run "
            "scripts/setup --engines, or put it on the loader's path ({})",
            file_name, reason == nullptr ? "it was not found" : reason));
    }
}

const LitertLibrary& LitertLibrary::open() {
    static const LitertLibrary library;
    return library;
}

/// The library does not tell: "libLiteRt.so.2.3.0" does.
std::string LitertLibrary::version() const {
    constexpr std::string_view mark = ".so.";
    Dl_info place = {};
    std::error_code problem;
    if (::dladdr(symbol("LiteRtCreateEnvironment"), &place) != 0) {
        const std::string file = std::filesystem::canonical(place.dli_fname, problem).filename().string();
        if (const std::size_t at = file.find(mark); at != std::string::npos)
            return file.substr(at + mark.size());
    }
    return "of unknown version";
}

void* LitertLibrary::symbol(const char* name) const {
    void* address = ::dlsym(library_, name);
    if (address == nullptr)
        throw Error(
            fmt::format("{} is of a version that this engine does not know: it has no {}; 2.3 is known",
                        file_name, name));
    return address;
}

void LitertLibrary::check(const char* name, std::int32_t status) {
    if (status != 0) throw Error(fmt::format("LiteRT refuses it: {} gives the status {}", name, status));
}

}  // namespace yolo::engines
