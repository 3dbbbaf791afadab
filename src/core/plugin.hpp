// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace yolo {

/// Where the libraries that a plug-in brings along look for functions that several libraries have.
enum class SymbolLookup {
    program_first,  ///< what the program has loaded already, as usual
    plugin_first    ///< their own: LibTorch's matrix products must not become those of the BLAS that OpenCV
                    ///< loads
};

/// Opens libNAME.so (beside libyolo, then the loader's path) once and returns the address of its function
/// `symbol`. Throws Error with `purpose` and what to install when the plug-in is missing or cannot be loaded.
void* plugin_symbol(const std::string& name, const std::string& symbol, const std::string& purpose,
                    SymbolLookup lookup = SymbolLookup::program_first);

}  // namespace yolo
