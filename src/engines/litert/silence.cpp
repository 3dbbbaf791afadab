// SPDX-License-Identifier: Apache-2.0
// System V ABI, "Dynamic Linking"; elf(5).
#include "engines/litert/silence.hpp"

#include <cstdint>
#include <cstdio>
#include <cstring>

#include <dlfcn.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace yolo::engines {

namespace {

#if defined(__x86_64__)
constexpr auto address_of_variable = R_X86_64_GLOB_DAT;
#elif defined(__aarch64__)
constexpr auto address_of_variable = R_AARCH64_GLOB_DAT;
#else
constexpr auto address_of_variable = ~0U;
#endif

std::FILE** forgetting_file() {
    static std::FILE* file = std::fopen("/dev/null", "we");
    return file == nullptr ? nullptr : &file;
}

/// The table may be in memory that was made read-only.
void overwrite(std::uintptr_t place, std::FILE** file) {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    void* const start = reinterpret_cast<void*>(place / page * page);
    if (::mprotect(start, page, PROT_READ | PROT_WRITE) != 0) return;
    std::memcpy(reinterpret_cast<void*>(place), &file, sizeof file);
}

}  // namespace

void silence(void* library) {
    link_map* map = nullptr;
    std::FILE** const file = forgetting_file();
    if (file == nullptr || ::dlinfo(library, RTLD_DI_LINKMAP, &map) != 0) return;
    const char* names = nullptr;
    const ElfW(Sym)* symbols = nullptr;
    const ElfW(Rela)* rows = nullptr;
    std::size_t bytes = 0;
    for (const ElfW(Dyn)* entry = map->l_ld; entry->d_tag != DT_NULL; ++entry) {
        if (entry->d_tag == DT_STRTAB) names = reinterpret_cast<const char*>(entry->d_un.d_ptr);
        if (entry->d_tag == DT_SYMTAB) symbols = reinterpret_cast<const ElfW(Sym)*>(entry->d_un.d_ptr);
        if (entry->d_tag == DT_RELA) rows = reinterpret_cast<const ElfW(Rela)*>(entry->d_un.d_ptr);
        if (entry->d_tag == DT_RELASZ) bytes = entry->d_un.d_val;
    }
    if (names == nullptr || symbols == nullptr || rows == nullptr) return;
    for (std::size_t i = 0; i < bytes / sizeof *rows; ++i) {
        if (ELF64_R_TYPE(rows[i].r_info) != address_of_variable) continue;
        const ElfW(Sym)& symbol = symbols[ELF64_R_SYM(rows[i].r_info)];
        if (std::strcmp(names + symbol.st_name, "stderr") == 0)
            overwrite(map->l_addr + rows[i].r_offset, file);
    }
}

}  // namespace yolo::engines
