// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace yolo {

/// Where the libraries that a plug-in brings along look for functions that several libraries have.
enum class SymbolLookup {
    program_first,  ///< what the program has loaded already, as usual
    plugin_first    ///< their own: LibTorch's matrix products must not become those of the BLAS that OpenCV
                    ///< loads
};

/// The folder that this library (or the program it is linked into) was loaded from.
std::filesystem::path library_folder();

/// The sentence about a plug-in FILE that is not here (no `reason`, or the linker's that the very file is
/// missing) or does not load: the linker's `reason`, with names as in the source, and what to do.
std::string plugin_message(const std::string& file, const std::string& purpose, std::string_view reason);

/// libNAME.so lies beside libyolo; nothing is opened.
bool plugin_is_here(const std::string& name);

/// Opens libNAME.so (beside libyolo, then the loader's path) once and returns the address of its function
/// `symbol`. Throws Error with `purpose` and what to install when the plug-in is missing or cannot be loaded.
void* plugin_symbol(const std::string& name, const std::string& symbol, const std::string& purpose,
                    SymbolLookup lookup = SymbolLookup::program_first);

}  // namespace yolo
